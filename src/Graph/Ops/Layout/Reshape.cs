using System.Runtime.CompilerServices;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Operations
{
    /// <summary>The same elements in row-major order under other extents.</summary>
    internal sealed record ReshapeOp(Shape Shape) : Op
    {
        public override string Name => "reshape";

        public override string Attributes => Shape.ToString();

        // Splitting an axis, or inserting and removing extents of 1, is an affine map; merging axes is not.
        public override OpKind KindAt(Node node) =>
            Groups(node.Inputs[0].Shape, Shape).TrueForAll(g => g.Old.Count <= 1) ? OpKind.View : OpKind.Alias;

        public override int Cost => 0;

        public override TensorType[] Infer(InferContext context)
        {
            var (have, want) = (context[0].Shape.ElementCount, Shape.ElementCount);
            if (have != want)
                throw context.Error($"{context.Text(0)} has {have} elements, {Shape} has {want}; the counts must be equal. Give one extent as -1 to have it computed.");
            return [new TensorType(context[0].DType, Shape)];
        }

        public override Gradient[] Vjp(VjpContext context) => [context.Moved(y => Ops.Reshape(y, context.Input(0).Shape))];

        public override Gradient Jvp(JvpContext context) => Ops.Reshape(context.Tangent(0), Shape);

        public override Value Batch(BatchContext context) => Ops.Reshape(context.Input(0), context.Lead(Shape));

        public override void Evaluate(EvaluationContext context) => context.Inputs[0].Bytes.CopyTo(context.Output.Bytes);

        // Only within a group of axes that are split or merged is the position linearized; elsewhere axis maps to axis.
        public override Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index)
        {
            var b = context.Builder;
            var from = context.InputType(0).Shape;
            var own = new Scalar[from.Rank];
            Array.Fill(own, b.Int64(0));
            foreach (var (old, now) in Groups(from, Shape))
            {
                var position = b.Int64(0);
                Dim stride = 1;
                for (var k = now.Count - 1; k >= 0; k--)
                {
                    position = b.Add(b.Multiply(index[now[k]], context.Extent(stride)), position);
                    stride *= Shape[now[k]];
                }
                for (var k = old.Count - 1; k > 0; k--)
                {
                    var extent = context.Extent(from[old[k]]);
                    own[old[k]] = b.Remainder(position, extent);
                    position = b.Divide(position, extent);
                }
                if (old.Count > 0) own[old[0]] = position;
            }
            return context.Input(0, own);
        }

        /// <summary>The shortest runs of axes, extents of 1 left out, that hold equally many elements before and after.</summary>
        private static List<(List<int> Old, List<int> Now)> Groups(Shape from, Shape to)
        {
            var olds = new Queue<int>(Enumerable.Range(0, from.Rank).Where(axis => !from[axis].IsOne));
            var nows = new Queue<int>(Enumerable.Range(0, to.Rank).Where(axis => !to[axis].IsOne));
            var groups = new List<(List<int> Old, List<int> Now)>();
            while (olds.Count > 0 || nows.Count > 0)
            {
                var (old, now) = (new List<int>(), new List<int>());
                (Dim oldCount, Dim nowCount) = (1, 1);
                do
                {
                    if (olds.Count > 0 && (nows.Count == 0 || Dim.TryDivideExactly(nowCount, oldCount, out _)))
                    {
                        old.Add(olds.Dequeue());
                        oldCount *= from[old[^1]];
                    }
                    else
                    {
                        now.Add(nows.Dequeue());
                        nowCount *= to[now[^1]];
                    }
                }
                while (oldCount != nowCount && (olds.Count > 0 || nows.Count > 0));
                groups.Add((old, now));
            }
            return groups;
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The elements of <paramref name="x"/> in row-major order under another shape; x itself if it has that shape.</summary>
        /// <exception cref="GraphException">The numbers of elements are not equal for every value of the symbols.</exception>
        public static Value Reshape(Value x, Shape shape) =>
            x.Shape.Equals(shape) ? x : x.Graph.Add(new ReshapeOp(shape), [x]);

        /// <summary>
        /// The elements of <paramref name="x"/> in row-major order under other extents, for example <c>Reshape(x, "batch", -1)</c>:
        /// one extent may be -1 and is computed from the others.
        /// </summary>
        /// <exception cref="GraphException">More than one extent is -1, the quotient is not whole, or the numbers of elements differ.</exception>
        [OverloadResolutionPriority(1)]
        public static Value Reshape(Value x, params ReadOnlySpan<Dim> dims)
        {
            var unknown = -1;
            Dim rest = 1;
            for (var axis = 0; axis < dims.Length; axis++)
            {
                if (!dims[axis].Is(-1)) rest *= dims[axis];
                else if (unknown < 0) unknown = axis;
                else throw x.Graph.Error("reshape", $"axes {unknown} and {axis} are both -1; only one extent can be computed.");
            }
            if (unknown < 0) return Reshape(x, Shape.Create(dims));
            if (!Dim.TryDivideExactly(x.Shape.ElementCount, rest, out var quotient))
                throw x.Graph.Error("reshape", $"'{x.Name}' {x.Type} has {x.Shape.ElementCount} elements, which {rest} does not divide evenly; the extent -1 cannot be computed.");
            var complete = dims.ToArray();
            complete[unknown] = quotient;
            return Reshape(x, Shape.Create(complete));
        }

        /// <summary>Merges the axes from <paramref name="fromAxis"/> on into one: [batch, 4, 7] from axis 1 becomes [batch, 28].</summary>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static Value Flatten(Value x, int fromAxis = 0)
        {
            if (x.Rank == 0) return Reshape(x, 1);
            var axis = Axes.Find(x, fromAxis, "flatten");
            var dims = x.Shape.Dims;
            return Reshape(x, new Shape([.. dims[..axis], new Shape(dims[axis..].ToArray()).ElementCount]));
        }

        /// <summary>Merges the axes from <paramref name="fromAxis"/> to <paramref name="toAxis"/>, which is among them, into one.</summary>
        /// <exception cref="GraphException">There is no such axis, or the last one comes before the first.</exception>
        public static Value Flatten(Value x, int fromAxis, int toAxis)
        {
            if (x.Rank == 0) return Flatten(x, fromAxis);
            var (first, last) = (Axes.Find(x, fromAxis, "flatten"), Axes.Find(x, toAxis, "flatten"));
            if (last < first) throw x.Graph.Error("flatten", $"axis {toAxis} of '{x.Name}' {x.Type} comes before axis {fromAxis}; swap them.");
            var dims = x.Shape.Dims;
            return Reshape(x, new Shape([.. dims[..first], new Shape(dims[first..(last + 1)].ToArray()).ElementCount, .. dims[(last + 1)..]]));
        }

        /// <summary>Inserts an axis of extent 1, which becomes axis <paramref name="axis"/> of the result.</summary>
        /// <exception cref="GraphException">There is no such place.</exception>
        public static Value ExpandDims(Value x, int axis)
        {
            var place = Axes.FindNew(x, axis, "expand_dims");
            var dims = x.Shape.Dims;
            return Reshape(x, new Shape([.. dims[..place], 1, .. dims[place..]]));
        }

        /// <summary>Removes the given axes, whose extents must be 1; without axes, every axis of extent 1.</summary>
        /// <exception cref="GraphException">There is no such axis, or its extent is not 1.</exception>
        public static Value Squeeze(Value x, params ReadOnlySpan<int> axes)
        {
            if (axes.Length == 0) return Reshape(x, new Shape([.. x.Shape.Where(d => !d.IsOne)]));
            var removed = Axes.FindReduced(x, axes, "squeeze");
            foreach (var axis in removed)
            {
                if (!x.Shape[axis].IsOne)
                    throw x.Graph.Error("squeeze", $"axis {axis} of '{x.Name}' {x.Type} has extent {x.Shape[axis]}; only axes of extent 1 can be removed. Index or reduce it instead.");
            }
            return Reshape(x, x.Shape.Without(removed));
        }
    }
}
