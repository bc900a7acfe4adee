using System.Reflection;

namespace GraphGrad.Parity.Live;

/// <summary>What <c>backward</c> left in a tensor: a method in TorchSharp 0.99, a property later.</summary>
internal static class Gradients
{
    private static readonly MethodInfo Getter = typeof(Tensor).GetProperty("grad")?.GetMethod ?? typeof(Tensor).GetMethod("grad", [])!;

    public static Tensor Of(Tensor x) => (Tensor)Getter.Invoke(x, [])!;
}
