using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>Nothing but control dependencies: running it runs them all.</summary>
    internal sealed record GroupOp : Op
    {
        public override string Name => "group";

        public override bool IsStateful => true;

        public override OpKind KindAt(Node node) => OpKind.Control;

        public override TensorType[] Infer(InferContext context) => [];

        public override Gradient[] Vjp(VjpContext context) => [];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => throw NoExamples();

        public override void Evaluate(EvaluationContext context)
        {
            // There is nothing to compute.
        }

        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index) => throw NoElement();
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>A node that runs all the given nodes, for example the assignments of a training step.</summary>
        /// <exception cref="GraphException">There is none, or they belong to different graphs.</exception>
        public static Node Group(params ReadOnlySpan<Node> nodes)
        {
            if (nodes.Length == 0) throw new GraphException("group: give at least one node to run.");
            var graph = nodes[0].Graph;
            foreach (var node in nodes)
            {
                if (node.Graph != graph) throw new GraphException($"group: node '{node.Name}' belongs to another graph (built at {node.Origin}); group nodes of one graph.");
            }
            return graph.AddNode(new GroupOp(), [], controlInputs: nodes.ToArray());
        }
    }
}
