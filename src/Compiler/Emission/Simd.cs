using System.Linq.Expressions;
using System.Reflection;
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

    /// <summary>
    /// A method of the static class, or an operator of the vector type by its metadata name. Where there is an operator it is
    /// the one to take: the methods of its name have overloads, see <see cref="StaticMethods"/>.
    /// </summary>
    public static Expression Call(VectorWidth width, string name, params Expression[] arguments) =>
        StaticMethods.Call(name.StartsWith("op_", StringComparison.Ordinal) ? arguments[0].Type : StaticClass(width), name, arguments);

    /// <summary>A value in all lanes.</summary>
    public static Expression Create(VectorWidth width, Expression scalar) => Expression.Call(
        scalar.Type == typeof(float) ? CreateMethod<float>(width)
        : scalar.Type == typeof(double) ? CreateMethod<double>(width)
        : scalar.Type == typeof(int) ? CreateMethod<int>(width)
        : scalar.Type == typeof(sbyte) ? CreateMethod<sbyte>(width)
        : CreateMethod<long>(width),
        scalar);

    /// <summary>A vector of as many numbers as it holds.</summary>
    public static Expression Create(VectorWidth width, ReadOnlySpan<float> numbers)
    {
        var method = width switch
        {
            VectorWidth.Vector512 => ((Func<float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, Vector512<float>>)Vector512.Create).Method,
            VectorWidth.Vector256 => ((Func<float, float, float, float, float, float, float, float, Vector256<float>>)Vector256.Create).Method,
            _ => ((Func<float, float, float, float, Vector128<float>>)Vector128.Create).Method,
        };
        return Expression.Call(method, Array.ConvertAll(numbers.ToArray(), n => Expression.Constant(n)));
    }

    /// <summary>The same bits as lanes of another type.</summary>
    public static Expression As(VectorWidth width, Expression vector, Type element)
    {
        var from = ElementType(vector);
        return from == element ? vector : StaticMethods.Call(StaticClass(width), nameof(As), [from, element], [vector]);
    }

    public static Type ElementType(Expression vector) => vector.Type.GetGenericArguments()[0];

    // Create has more than forty overloads, which reflection by name would load one and all.
    private static MethodInfo CreateMethod<T>(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => ((Func<T, Vector512<T>>)Vector512.Create).Method,
        VectorWidth.Vector256 => ((Func<T, Vector256<T>>)Vector256.Create).Method,
        _ => ((Func<T, Vector128<T>>)Vector128.Create).Method,
    };

    private static Type StaticClass(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => typeof(Vector512),
        VectorWidth.Vector256 => typeof(Vector256),
        _ => typeof(Vector128),
    };
}
