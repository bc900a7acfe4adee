using Mono.Cecil;

namespace GraphGrad.Build;

/// <summary>
/// Keeps functions that build nodes in stack traces, from which a refusal takes the function that was called and the user's line. Optimized code would put their bodies into their callers, or
/// end them with a jump where their last act is a call; of a method that is not to be inlined the runtime does neither.
/// </summary>
internal static class CallerFrames
{
    public static void Keep(MethodDefinition method)
    {
        if (Mentions(method.ReturnType)) method.NoInlining = true;
    }

    /// <summary>Whether values of the graph are what it returns, or among it.</summary>
    private static bool Mentions(TypeReference type) => type switch
    {
        ArrayType array => Mentions(array.ElementType),
        GenericInstanceType generic => generic.GenericArguments.Any(Mentions),
        _ => type.FullName == "GraphGrad.Value",
    };
}
