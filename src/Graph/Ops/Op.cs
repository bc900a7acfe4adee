using GraphGrad.Ranges;
using GraphGrad.Scalars;

namespace GraphGrad.Operations;

/// <summary>
/// What a node means. A record: two ops with equal attributes are equal, which is what the plan cache and the pass that
/// merges duplicates compare. Stateless; one instance may serve many nodes.
/// </summary>
internal abstract record Op
{
    /// <summary>The name in messages and printed graphs.</summary>
    public abstract string Name { get; }

    /// <summary>An equal op that is another object.</summary>
    public Op Copy() => (Op)MemberwiseClone();

    /// <summary>True if two equal nodes are not interchangeable (state, randomness).</summary>
    public virtual bool IsStateful => false;

    /// <summary>True if the result is drawn anew in each run.</summary>
    public virtual bool IsRandom => false;

    /// <summary>True if no derivative passes, so that what hangs on inputs through this op alone need not have one.</summary>
    public virtual bool StopsDerivatives => false;

    /// <summary>The axis of the first input in which the elements of the second are places that each run checks; null if they are none.</summary>
    public virtual int? IndexedAxis => null;

    /// <summary>How the op reads its inputs at a node.</summary>
    public virtual OpKind KindAt(Node node) => OpKind.Indexed;

    /// <summary>For a reduction: the iteration space, and which of its axes are combined. The others, in order, are the result's axes; the combined ones, in order, are what <see cref="Element"/> passes to Reduce.</summary>
    public virtual (Dim[] Extents, bool[] Reduced) ReductionDomain(Node node) => throw new InvalidOperationException($"{Name} reduces nothing");

    /// <summary>Roughly how many vector instructions one vector of elements costs beyond its inputs; fusion recomputes what is cheap and stores what is dear.</summary>
    public virtual int Cost => 1;

    /// <summary>How many instructions its code has, with what is computed for rare elements only.</summary>
    public virtual int CodeLength => Cost;

    /// <summary>
    /// Where the elements of the only result lie, by where those of the inputs do, in real arithmetic. By default nothing is known, except of ops that
    /// only move elements.
    /// </summary>
    public virtual Interval Range(RangeContext context) =>
        context.Node.Inputs.Count > 0 && KindAt(context.Node) is OpKind.View or OpKind.Alias ? context[0] : Interval.All;

    /// <summary>Whether there may be numbers in the ranges of the inputs for which the result is not a number, or infinite by more than overflow.</summary>
    public virtual bool MayFail(RangeContext context) => false;

    /// <summary>Whether terms are added, which may cancel.</summary>
    public virtual bool MayCancel => false;

    /// <summary>Shape rule: the types of the results, or <see cref="InferContext.Error"/>.</summary>
    public abstract TensorType[] Infer(InferContext context);

    /// <summary>Reverse mode: one contribution per input, <see cref="Gradient.None"/> where no gradient flows.</summary>
    public abstract Gradient[] Vjp(VjpContext context);

    /// <summary>Forward mode: the tangent of the result, <see cref="Gradient.None"/> if it is zero for every tangent.</summary>
    public abstract Gradient Jvp(JvpContext context);

    /// <summary>Forward mode of an op with several results: the tangent of each. The walk calls this one.</summary>
    public virtual Gradient[] JvpOfAll(JvpContext context) => [Jvp(context)];

    /// <summary>
    /// Batching: the result for all examples, with a leading axis, from inputs of which at least one has that axis, or of a random op, which
    /// draws for each example.
    /// </summary>
    public abstract Value Batch(BatchContext context);

    /// <summary>Batching of an op with several results. The walk calls this one.</summary>
    public virtual Value[] BatchOfAll(BatchContext context) => [Batch(context)];

    /// <summary>Whether the result differs among examples where an input does; not if that input's elements are never read.</summary>
    public virtual bool DiffersWith(int input) => true;

    /// <summary>The interpreter's implementation: fills the outputs, which are dense and row-major, as are the inputs.</summary>
    public abstract void Evaluate(EvaluationContext context);

    /// <summary>
    /// The compiler's implementation: the element of the result at <paramref name="index"/> (int64 scalars, one an axis),
    /// in terms of elements of the inputs.
    /// </summary>
    public abstract Scalar Element(ElementContext context, ReadOnlySpan<Scalar> index);

    /// <summary>Attributes as text, for printed graphs; empty if there are none.</summary>
    public virtual string Attributes => string.Empty;

    protected InvalidOperationException NoExamples() => new($"{Name} has no inputs; it is the same for all examples.");

    protected InvalidOperationException NoElement() => new($"{Name} is bound to a buffer; it has no element expression.");
}
