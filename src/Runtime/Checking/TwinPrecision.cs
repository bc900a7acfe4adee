namespace GraphGrad.Checking;

/// <summary>In which numbers a <see cref="ProgramTwin"/> computes.</summary>
internal enum TwinPrecision
{
    /// <summary>In those of the program.</summary>
    Same,

    /// <summary>In float64, with the float32 constants of the program.</summary>
    Wide,

    /// <summary>In float64, with the numbers that the user wrote for constants, and tolerances of float64.</summary>
    Written,
}
