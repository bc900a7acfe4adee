using GraphGrad.Operations;
using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Stores its input in a variable when the run ends; its result is the value stored.</summary>
    internal sealed record AssignOp(Variable Target) : Op
    {
        public override string Name => "assign";

        public override bool IsStateful => true;

        public override string Attributes => Target.Name;

        public override OpKind KindAt(Node node) => OpKind.Elementwise;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context)
        {
            if (context[0].DType != Target.DType || !context[0].Shape.Equals(Target.Shape))
                throw context.Error($"variable '{Target.Name}' is {Target.Type}, the new value {context.Text(0)}; they must be of one type and shape. Cast, reshape or broadcast the new value.");
            return [Target.Type];
        }

        public override Interval Range(RangeContext context) => context[0];

        public override Gradient[] Vjp(VjpContext context) => [context.Adjoint];

        public override Gradient Jvp(JvpContext context) => context.Tangents[0];

        public override Value Batch(BatchContext context) => throw OnceForEachExample(context.Node);

        public GraphException OnceForEachExample(Node node) =>
            new($"assign '{node.Name}': variable '{Target.Name}' cannot be assigned once for each example of a vectorized function; assign outside the function. Built at {node.Origin}.");

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => context.Input(0, index);
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>Stores <paramref name="value"/> in <paramref name="variable"/> when the run ends; reads in the same run still see the old value.</summary>
        /// <exception cref="GraphException">Type or shape differ, or the two belong to different graphs.</exception>
        public static Node Assign(Variable variable, Value value)
        {
            variable.Graph.Require(value, "the new value");
            return variable.Graph.AddNode(new AssignOp(variable), [value], $"{variable.Node.Name}/assign");
        }

        /// <summary>Adds <paramref name="delta"/> to <paramref name="variable"/> when the run ends.</summary>
        /// <exception cref="GraphException">Type or shape differ.</exception>
        public static Node AssignAdd(Variable variable, Value delta) => Assign(variable, variable + delta);

        /// <summary>Subtracts <paramref name="delta"/> from <paramref name="variable"/> when the run ends.</summary>
        /// <exception cref="GraphException">Type or shape differ.</exception>
        public static Node AssignSub(Variable variable, Value delta) => Assign(variable, variable - delta);
    }
}
