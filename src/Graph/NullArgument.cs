using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>
/// Refuses null where a parameter's type does not allow it. The build puts that at the beginning of every public member of GraphGrad; functions built on it may call this, too.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NullArgument
{
    /// <summary>The refusal of an argument that is null.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ArgumentNullException Error(string parameter) => Error(parameter, parameter);

    /// <summary>Refuses a list in which an element is null.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(ReadOnlySpan<T> arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    /// <summary>Refuses a list in which an element is null.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(T[] arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    /// <summary>Refuses a list in which an element is null; of a list that may be null itself there are none.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(IReadOnlyList<T>? arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments?.Count; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    private static ArgumentNullException Error(string parameter, string what) =>
        new(parameter, $"{Origin.Blame()}'{what}' is null; give a value. Called at {Origin.Capture()}.");
}
