namespace GraphGrad;

// NumPy and libtorch let a scalar be reduced, sorted and accumulated along "its" axis 0 or -1, as if it were a vector of one element.
public static partial class Ops
{
    /// <summary>A function of a vector, of the vector that holds a scalar; the result is a scalar again.</summary>
    private static Value OfLine(Value scalar, Func<Value, Value> function) => Reshape(function(Reshape(scalar, [1])), []);

    /// <summary>As the other overload, for functions with two results.</summary>
    private static (Value Values, Value Indices) OfLine(Value scalar, Func<Value, (Value Values, Value Indices)> function)
    {
        var (values, indices) = function(Reshape(scalar, [1]));
        return (Reshape(values, []), Reshape(indices, []));
    }
}
