namespace GraphGrad;

/// <summary>By how much larger the first weights of a layer are for what follows it, so that the numbers keep their variance from layer to layer; PyTorch's <c>calculate_gain</c>.</summary>
public static class Gain
{
    /// <summary>Of nothing, and of the sigmoid function.</summary>
    public const double Linear = 1;

    /// <summary>Of tanh: 5/3.</summary>
    public const double Tanh = 5.0 / 3;

    /// <summary>Of a rectifier: √2.</summary>
    public const double Relu = 1.4142135623730951;

    /// <summary>Of SELU: ¾.</summary>
    public const double Selu = 0.75;

    /// <summary>Of a rectifier that multiplies what is negative by a number: √(2 / (1 + slope²)).</summary>
    public static double LeakyRelu(double slope = 0.01) => Math.Sqrt(2 / (1 + (slope * slope)));
}
