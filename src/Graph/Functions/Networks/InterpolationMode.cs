namespace GraphGrad;

/// <summary>How <see cref="Ops.Interpolate(Value, PerAxis, InterpolationMode, bool, bool)"/> finds numbers between pixels.</summary>
public enum InterpolationMode
{
    /// <summary>Pixel floor(i · n / size).</summary>
    Nearest,

    /// <summary>The pixel whose middle is nearest: floor((i + 1/2) · n / size).</summary>
    NearestExact,

    /// <summary>Linear between two neighbours on each axis.</summary>
    Linear,

    /// <summary>Cubic convolution of four neighbours on each axis, with a = -3/4.</summary>
    Cubic,
}
