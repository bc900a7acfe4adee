using GraphGrad.Tests.Exact;

namespace GraphGrad.Tests.Hazards;

/// <summary>
/// An expression written once, for a graph and for exact numbers. Elementwise in its inputs; a vector input is reduced by
/// <see cref="Sum"/> and its like, or looked into with <see cref="At"/>.
/// </summary>
internal sealed record Formula(string Name, Formula[] Operands, double Number = 0)
{
    public static Formula Input(int index) => new("input", [], index);

    public static implicit operator Formula(double number) => new("number", [], number);

    public static Formula operator -(Formula x) => new("neg", [x]);

    public static Formula operator +(Formula x, Formula y) => new("add", [x, y]);

    public static Formula operator -(Formula x, Formula y) => new("sub", [x, y]);

    public static Formula operator *(Formula x, Formula y) => new("mul", [x, y]);

    public static Formula operator /(Formula x, Formula y) => new("div", [x, y]);

    public static Formula operator >(Formula x, Formula y) => new("greater", [x, y]);

    public static Formula operator <(Formula x, Formula y) => new("greater", [y, x]);

    public static Formula Call(string name, params Formula[] operands) => new(name, operands);

    public static Formula Pow(Formula x, Formula y) => Call("pow", x, y);

    public static Formula Where(Formula condition, Formula x, Formula y) => Call("where", condition, x, y);

    public static Formula At(Formula x, int index) => new("at", [x], index);

    /// <summary>The expression as a value of the graph of its inputs.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="inRows">Whether vectors lie in rows, one for each point; what is reduced keeps its axis.</param>
    public Value Build(Value[] inputs, bool inRows = false)
    {
        var known = new Dictionary<Formula, Value>(ReferenceEqualityComparer.Instance);
        return Of(this);

        Value Of(Formula f)
        {
            if (known.TryGetValue(f, out var value)) return value;
            value = Build(f);
            known.Add(f, value);
            return value;
        }

        int[] Reduced(Formula f) => inRows ? [1] : [.. Enumerable.Range(0, Of(f).Rank)];

        Value Build(Formula f)
        {
            var o = f.Operands;
            return f.Name switch
            {
                "input" => inputs[(int)f.Number],
                "number" => Ops.Scalar(inputs[0], f.Number),
                "neg" => -Of(o[0]),
                // A number beside a value stays a number, as in a user's program.
                "add" => o[1].Name == "number" ? Of(o[0]) + o[1].Number : o[0].Name == "number" ? o[0].Number + Of(o[1]) : Of(o[0]) + Of(o[1]),
                "sub" => o[1].Name == "number" ? Of(o[0]) - o[1].Number : o[0].Name == "number" ? o[0].Number - Of(o[1]) : Of(o[0]) - Of(o[1]),
                "mul" => Of(o[0]) * Of(o[1]),
                "div" => Of(o[0]) / Of(o[1]),
                "pow" => Ops.Pow(Of(o[0]), Of(o[1])),
                "greater" => Of(o[0]) > Of(o[1]),
                "where" => Ops.Where(Of(o[0]), Of(o[1]), Of(o[2])),
                "max2" => Ops.Maximum(Of(o[0]), Of(o[1])),
                "min2" => Ops.Minimum(Of(o[0]), Of(o[1])),
                "sum" => Ops.Sum(Of(o[0]), Reduced(o[0]), keepDims: inRows),
                "mean" => Ops.Mean(Of(o[0]), Reduced(o[0]), keepDims: inRows),
                "prod" => Ops.Prod(Of(o[0]), Reduced(o[0]), keepDims: inRows),
                "max" => Ops.Max(Of(o[0]), Reduced(o[0]), keepDims: inRows),
                "cumsum" => Ops.CumSum(Of(o[0]), inRows ? 1 : 0),
                "cumprod" => Ops.CumProd(Of(o[0]), inRows ? 1 : 0),
                "at" => inRows ? Ops.Slice(Of(o[0]), 1, (int)f.Number, 1) : Of(o[0])[(int)f.Number],
                _ => Unary[f.Name].Value(Of(o[0])),
            };
        }
    }

    /// <summary>The expression of exact numbers, one for each element.</summary>
    public Dual[] Evaluate(Dual[][] inputs)
    {
        var known = new Dictionary<Formula, Dual[]>(ReferenceEqualityComparer.Instance);
        return Of(this);

        Dual[] Of(Formula f)
        {
            if (known.TryGetValue(f, out var value)) return value;
            value = Evaluate(f);
            known.Add(f, value);
            return value;
        }

        Dual[] Evaluate(Formula f)
        {
            if (f.Name == "input") return inputs[(int)f.Number];
            if (f.Name == "number") return [f.Number];
            var o = f.Operands;
            if (f.Name == "where") return Of(o[0])[0].Value.Sign != 0 ? Of(o[1]) : Of(o[2]);
            var x = Of(o[0]);
            if (Unary.TryGetValue(f.Name, out var unary)) return [.. x.Select(unary.Exact)];
            switch (f.Name)
            {
                case "neg": return [.. x.Select(e => -e)];
                case "sum": return [x.Aggregate((a, b) => a + b)];
                case "mean": return [x.Aggregate((a, b) => a + b) / x.Length];
                case "prod": return [x.Aggregate((a, b) => a * b)];
                case "max": return [x.Aggregate(Dual.Max)];
                case "cumsum": return Running(x, (a, b) => a + b);
                case "cumprod": return Running(x, (a, b) => a * b);
                case "at": return [x[(int)f.Number]];
            }
            var y = Of(o[1]);
            Func<Dual, Dual, Dual> function = f.Name switch
            {
                "add" => (a, b) => a + b,
                "sub" => (a, b) => a - b,
                "mul" => (a, b) => a * b,
                "div" => (a, b) => a / b,
                "pow" => Dual.Pow,
                "greater" => (a, b) => a.Value > b.Value ? 1 : 0,
                "max2" => Dual.Max,
                _ => Dual.Min,
            };
            return [.. Enumerable.Range(0, Math.Max(x.Length, y.Length)).Select(i => function(x[i % x.Length], y[i % y.Length]))];
        }
    }

    private static Dual[] Running(Dual[] x, Func<Dual, Dual, Dual> combine)
    {
        Dual[] all = [.. x];
        for (var i = 1; i < all.Length; i++) all[i] = combine(all[i - 1], all[i]);
        return all;
    }

    public override string ToString() => Name switch
    {
        "input" => "xyzw"[(int)Number].ToString(),
        "number" => Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        "neg" => $"-{Operands[0]}",
        "add" or "sub" or "mul" or "div" or "greater" => $"({Operands[0]} {Symbols[Name]} {Operands[1]})",
        "at" => $"{Operands[0]}[{Number}]",
        _ => $"{Name}({string.Join(", ", Operands.Select(o => o.ToString()))})",
    };

    private static readonly Dictionary<string, string> Symbols = new() { ["add"] = "+", ["sub"] = "-", ["mul"] = "*", ["div"] = "/", ["greater"] = ">" };

    public static readonly Dictionary<string, (Func<Value, Value> Value, Func<Dual, Dual> Exact)> Unary = new()
    {
        ["exp"] = (Ops.Exp, Dual.Exp), ["log"] = (Ops.Log, Dual.Log), ["sqrt"] = (Ops.Sqrt, Dual.Sqrt), ["rsqrt"] = (Ops.Rsqrt, x => 1 / Dual.Sqrt(x)),
        ["sin"] = (Ops.Sin, Dual.Sin), ["cos"] = (Ops.Cos, Dual.Cos), ["tan"] = (Ops.Tan, Dual.Tan), ["tanh"] = (Ops.Tanh, Dual.Tanh),
        ["sinh"] = (Ops.Sinh, Dual.Sinh), ["cosh"] = (Ops.Cosh, Dual.Cosh), ["asinh"] = (Ops.Asinh, Dual.Asinh), ["acosh"] = (Ops.Acosh, Dual.Acosh),
        ["atanh"] = (Ops.Atanh, Dual.Atanh), ["atan"] = (Ops.Atan, Dual.Atan), ["asin"] = (Ops.Asin, Dual.Asin), ["acos"] = (Ops.Acos, Dual.Acos),
        ["expm1"] = (Ops.Expm1, Dual.Expm1), ["log1p"] = (Ops.Log1p, Dual.Log1p), ["sigmoid"] = (Ops.Sigmoid, Dual.Sigmoid),
        ["softplus"] = (Ops.Softplus, Dual.Softplus), ["erf"] = (Ops.Erf, Dual.Erf), ["erfc"] = (Ops.Erfc, Dual.Erfc), ["abs"] = (Ops.Abs, Dual.Abs),
        ["erfinv"] = (Ops.ErfInverse, Dual.ErfInverse), ["ndtri"] = (Ops.NormalQuantile, Dual.NormalQuantile),
        ["i0"] = (Ops.BesselI0, Dual.BesselI0), ["i1"] = (Ops.BesselI1, Dual.BesselI1), ["j0"] = (Ops.BesselJ0, Dual.BesselJ0), ["j1"] = (Ops.BesselJ1, Dual.BesselJ1),
        ["square"] = (Ops.Square, x => x * x), ["softmax"] = (x => Ops.Softmax(x), x => throw new NotSupportedException("softmax is no function of one element")),
    };
}
