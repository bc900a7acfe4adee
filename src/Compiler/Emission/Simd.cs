using System.Linq.Expressions;
using System.Runtime.Intrinsics;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Calls of the static methods of Vector128, Vector256 and Vector512. They are called directly and not through helpers: the
/// JIT expands them in compiled lambdas however many there are.
/// </summary>
internal static class Simd
{
    public static Type VectorType(VectorWidth width, Type element) => (width switch
    {
        VectorWidth.Vector512 => typeof(Vector512<>),
        VectorWidth.Vector256 => typeof(Vector256<>),
        _ => typeof(Vector128<>),
    }).MakeGenericType(element);

    public static Expression Call(VectorWidth width, string name, params Expression[] arguments) =>
        StaticMethods.Call(StaticClass(width), name, arguments);

    /// <summary>A value in all lanes.</summary>
    public static Expression Create(VectorWidth width, Expression scalar) => Call(width, nameof(Create), scalar);

    /// <summary>The same bits as lanes of another type.</summary>
    public static Expression As(VectorWidth width, Expression vector, Type element)
    {
        var from = ElementType(vector);
        return from == element ? vector : StaticMethods.Call(StaticClass(width), nameof(As), [from, element], [vector]);
    }

    public static Type ElementType(Expression vector) => vector.Type.GetGenericArguments()[0];

    private static Type StaticClass(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => typeof(Vector512),
        VectorWidth.Vector256 => typeof(Vector256),
        _ => typeof(Vector128),
    };
}
