namespace GraphGrad.Parity;

/// <summary>Which tensors of a case are compared.</summary>
internal enum Part
{
    Value,
    Gradient,
    Second,
}

/// <summary>A truth other than libtorch's float64.</summary>
/// <param name="Reason">Why libtorch's answer does not hold.</param>
/// <param name="Truth">The true number at a point; null where libtorch's holds.</param>
internal sealed record Ruling(string Reason, Func<Point, double?> Truth);

/// <summary>An element of a compared tensor.</summary>
/// <param name="Part">Value, gradient or second derivative.</param>
/// <param name="Index">Which result, or by which of the float inputs.</param>
/// <param name="Element">Its place in the tensor.</param>
/// <param name="Inputs">All inputs of the run.</param>
internal sealed record Point(Part Part, int Index, int Element, TensorData[] Inputs)
{
    /// <summary>The elements of the inputs at the same place, for inputs all of one shape.</summary>
    public double X(int input = 0) => Inputs[input].Numbers()[Element];

    /// <summary>What the element's derivative is multiplied by: the weight of the result at this place.</summary>
    public double Weight => Data.Weight(Element, Turns.OfResult);
}
