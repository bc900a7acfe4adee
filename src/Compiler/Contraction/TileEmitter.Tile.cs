using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction;

/// <summary>Tiles of a packed product, one below the other.</summary>
internal sealed partial class TileEmitter
{
    private sealed class Tile
    {
        // A line of C comes from memory in about as long as 50 terms take; measured no worse from 64 to 192.
        private const long TermsAfterPrefetch = 192;

        // Fewer are over before a line of C comes: measured 1.2 times with 16 and 32 terms, a twentieth slower with 64.
        private const long FewTerms = 48;

        // Of fewer the next panel of columns is asked for instead: its first terms would be by nobody, and those of up to 32 terms reach beyond the matrix.
        private const long TermsOfLowPanel = 192;

        private const int FewRegisters = 16;

        // Of columns read where they lie, each term is in another page: asked for as long before as a line takes from beyond L2.
        private const long TermsAhead = 32;

        private readonly TileEmitter emitter;
        private readonly int rows;
        private readonly int vectors;
        private readonly TileWalk walk;
        private readonly TileChore? chore;
        private readonly Type vector;
        private readonly int bytes;

        private readonly TileSteps steps;
        private readonly int terms;
        private readonly Strip a;
        private readonly ParameterExpression b = Parameter(typeof(long), "b"), c = Parameter(typeof(long), "c");
        private readonly ParameterExpression aInner = Parameter(typeof(long), "aInner"), bInner = Parameter(typeof(long), "bInner"), cRow = Parameter(typeof(long), "cRow");
        private readonly ParameterExpression inner = Parameter(typeof(long), "inner"), accumulate = Parameter(typeof(bool), "accumulate");
        private readonly ParameterExpression tiles = Parameter(typeof(long), "tiles"), aTile = Parameter(typeof(long), "aTile");
        private readonly ParameterExpression place = Parameter(typeof(long), "place"), offsets = Parameter(typeof(long), "offsets"), placeTile = Parameter(typeof(long), "placeTile");

        // Where a tile's terms are read, and what is left of them.
        private readonly ParameterExpression column = Variable(typeof(long), "columnAt"), left = Variable(typeof(long), "left");
        private readonly ParameterExpression placeAt = Variable(typeof(long), "placeAt"), offsetsAt = Variable(typeof(long), "offsetsAt"), stepAt = Variable(typeof(long), "stepAt");
        private readonly ParameterExpression copyFrom = Variable(typeof(long), "copyFrom"), copyTo = Variable(typeof(long), "copyTo"), ahead = Variable(typeof(long), "ahead");
        private readonly ParameterExpression last = Variable(typeof(long), "last");
        private readonly ParameterExpression[] accumulators, columns;
        private readonly ParameterExpression factor, stride;
        private readonly ParameterExpression? limit, threeColumns;

        public Tile(TileEmitter emitter, int rows, int vectors, TileWalk walk, TileChore? chore, TileSteps steps)
        {
            (this.emitter, this.rows, this.vectors, this.walk, this.chore, this.steps) = (emitter, rows, vectors, walk, chore, steps);
            (vector, bytes) = (emitter.vector, emitter.bytes);
            terms = emitter.TermsTogether;
            a = new Strip("a", rows, steps.RowOfA);
            (accumulators, columns, factor) = (Locals(vector, "sum", rows * vectors), Locals(vector, "column", vectors), Variable(vector, "factor"));
            stride = Variable(typeof(long), "stride");
            limit = chore == TileChore.LimitLanes ? Variable(vector, "limit") : null;
            threeColumns = terms > 1 && walk != TileWalk.Columns && steps.TermOfB is null ? Variable(typeof(long), "threeColumns") : null;
        }

        /// <summary>A table does not say where the columns of a much later term begin.</summary>
        private bool AsksAhead => chore == TileChore.PackColumns && walk == TileWalk.None;

        /// <summary>
        /// Where terms are few, lines of the panel right of this one are asked for, before which come all other tiles of this one: of C, and of columns read where they
        /// lie. Not at 512 bits, where it was not measured.
        /// </summary>
        private bool AsksForNextPanel => terms > 1;

        /// <summary>
        /// Whether the lanes that are left out are read with the others, but for the last terms, behind which there may be nothing: their sums are not stored. A mask beside 12 sums, three
        /// vectors and a factor would take the 17th register. Where there is one, a second loop costs more: three terms took twice as long.
        /// </summary>
        private bool ReadsAllLanes => limit is not null && terms > 1 && (rows * vectors) + vectors + 1 == FewRegisters;

        private BinaryExpression AreFewer(long than) => LessThan(inner, Constant(than));

        public Expression<TCode> Emit<TCode>()
        {
            var body = new List<Expression>();
            if (limit is not null) body.Add(Assign(limit, emitter.Memory("FirstLanes", Convert(place, typeof(int)))));
            Expression further = Multiply(bInner, Constant(TermsAhead));
            if (AsksAhead) body.Add(Assign(ahead, AsksForNextPanel ? Condition(AreFewer(TermsOfLowPanel), Constant((long)vectors * bytes), further) : further));
            if (chore == TileChore.FetchPanel) body.Add(Assign(ahead, place));
            if (threeColumns is not null) body.Add(Assign(threeColumns, Multiply(bInner, Constant(3L))));
            body.Add(While(GreaterThan(tiles, Constant(0L)), [.. Begin(), Terms(), .. End()]));
            ParameterExpression?[] locals = [.. a.Bases, .. accumulators, .. columns, factor, last, column, left, placeAt, offsetsAt, stepAt, ahead, copyFrom, copyTo, walk == TileWalk.None ? null : stride, limit, threeColumns];
            return Lambda<TCode>(
                Block(locals.OfType<ParameterExpression>(), body),
                $"tile{rows}x{vectors}",
                [a.Start, a.Step, aInner, b, bInner, c, cRow, inner, accumulate, tiles, aTile, .. chore is null ? Array.Empty<ParameterExpression>() : [place, offsets, placeTile]]);
        }

        private IEnumerable<Expression> Begin()
        {
            foreach (var start in a.Initialize()) yield return start;
            yield return Assign(column, b);
            yield return Assign(left, inner);
            if (walk != TileWalk.None) yield return Assign(stepAt, walk == TileWalk.Rows ? aInner : bInner);
            if (chore is TileChore.PackColumns or TileChore.CopyRows or TileChore.FetchLines)
            {
                yield return Assign(placeAt, place);
                yield return Assign(offsetsAt, offsets);
            }
            if (chore == TileChore.CopyRows) yield return Assign(copyTo, Add(a.Start, aTile));
            foreach (var sum in accumulators) yield return Assign(sum, Default(vector));
            yield return Assign(last, ReadsAllLanes ? Condition(LessThan(offsets, Constant(TermsAfterPrefetch)), Constant(TermsAfterPrefetch), offsets) : Constant(TermsAfterPrefetch));
        }

        /// <summary>
        /// The loop over terms, twice: C is needed after all of them. Asked for at the start, its lines would be driven out again: rows a power of two apart meet
        /// in one set of the first level, through which the operands stream meanwhile. A row that starts within a line ends in one more.
        /// </summary>
        private Expression Terms()
        {
            var done = Label("done");
            Expression end = ReadsAllLanes ? offsets : Constant(0L);
            var loop = Loop(
                Block(
                    terms > 1 ? While(GreaterThan(Subtract(left, Constant(terms - 1L)), last), Terms(terms)) : Empty(),
                    While(GreaterThan(left, last), Terms(1)),
                    IfThen(Equal(last, end), Break(done)),
                    AsksForNextPanel ? IfThenElse(AreFewer(FewTerms), FetchResults(vectors * bytes), FetchResults(0)) : FetchResults(0),
                    Assign(last, end)),
                done);
            return ReadsAllLanes ? Block(loop, While(GreaterThan(left, Constant(0L)), Terms(1, leavesOut: true))) : loop;
        }

        private List<Expression> Terms(int count, bool leavesOut = false)
        {
            var step = new List<Expression>();
            for (var term = 0; term < count; term++)
            {
                for (var v = 0; v < vectors; v++)
                {
                    var at = Plus(ColumnOf(term), v * bytes);
                    step.Add(Assign(columns[v], ReadsAllLanes && !leavesOut ? Load(vector, at) : Read(at, v)));
                }
                step.AddRange(ChoreOfTerm(term));
                for (var r = 0; r < rows; r++)
                {
                    step.Add(Assign(factor, emitter.Broadcast(Load(emitter.element, Plus(a.Address(r), term * (steps.TermOfA ?? 0))))));
                    for (var v = 0; v < vectors; v++) step.Add(emitter.AddProduct(accumulators[(r * vectors) + v], factor, columns[v]));
                }
                if (walk != TileWalk.None) step.Add(Assign(stride, Load(typeof(long), Plus(stepAt, term * sizeof(long)))));
                if (steps.TermOfA is null) step.AddRange(a.Advance(walk == TileWalk.Rows ? stride : aInner));
                if (walk == TileWalk.Columns) step.Add(AddAssign(column, stride));
            }
            if (walk != TileWalk.None) step.Add(AddAssign(stepAt, Constant((long)count * sizeof(long))));
            if (steps.TermOfA is { } termOfA) step.AddRange(a.Advance(Constant(count * termOfA)));
            if (walk != TileWalk.Columns) step.Add(AddAssign(column, steps.TermOfB is { } termOfB ? Constant(count * termOfB) : count == 1 ? bInner : Multiply(bInner, Constant((long)count))));
            step.AddRange(AfterChores(count));
            step.Add(SubtractAssign(left, Constant((long)count)));
            return step;
        }

        /// <summary>Where the columns of one of the next terms begin: an instruction's address has a number, or one, two or four times a register.</summary>
        private Expression ColumnOf(int term) => walk == TileWalk.Columns || term == 0 ? column
            : steps.TermOfB is { } known ? Plus(column, term * known)
            : Add(column, term == 3 ? threeColumns! : term == 1 ? bInner : Multiply(bInner, Constant((long)term)));

        private IEnumerable<Expression> ChoreOfTerm(int term)
        {
            switch (chore)
            {
                case TileChore.PackColumns:
                    for (var v = 0; v < vectors; v++)
                    {
                        var at = v * bytes;
                        yield return Store(Plus(placeAt, (term * vectors * bytes) + at), columns[v]);
                        if (AsksAhead && at % LineBytes == 0) yield return Prefetch(Plus(Add(ColumnOf(term), ahead), at));
                    }
                    break;
                case TileChore.CopyRows:
                    yield return Assign(copyFrom, Add(placeAt, Load(typeof(long), Plus(offsetsAt, term * 2 * sizeof(long)))));
                    yield return Store(Add(copyTo, Load(typeof(long), Plus(offsetsAt, ((term * 2) + 1) * sizeof(long)))), Load(vector, copyFrom));
                    yield return Prefetch(Add(copyFrom, placeTile));
                    break;
                case TileChore.FetchPanel:
                    for (var at = 0; at < vectors * bytes; at += LineBytes) yield return Prefetch(Plus(Add(ColumnOf(term), ahead), at));
                    break;
                case TileChore.FetchLines:
                    yield return Prefetch(Add(placeAt, Load(typeof(long), Plus(offsetsAt, term * sizeof(long)))));
                    break;
            }
        }

        private IEnumerable<Expression> AfterChores(int count)
        {
            switch (chore)
            {
                case TileChore.PackColumns: yield return AddAssign(placeAt, Constant((long)count * vectors * bytes)); break;
                case TileChore.CopyRows: yield return AddAssign(offsetsAt, Constant(2L * count * sizeof(long))); break;
                case TileChore.FetchLines: yield return AddAssign(offsetsAt, Constant((long)count * sizeof(long))); break;
            }
        }

        private IEnumerable<Expression> End()
        {
            yield return IfThenElse(accumulate, Stores(add: true), Stores(add: false));
            yield return AddAssign(a.Start, aTile);
            yield return AddAssign(c, Multiply(cRow, Constant((long)rows)));
            yield return SubtractAssign(tiles, Constant(1L));
            if (chore is TileChore.CopyRows or TileChore.FetchLines) yield return AddAssign(place, placeTile);
        }

        private BlockExpression Stores(bool add)
        {
            var next = 0;
            return OverC(
                at =>
                {
                    var v = next % vectors;
                    Expression sum = accumulators[next++];
                    if (add) sum = Add(Read(at, v), sum);
                    return limit is null || v < vectors - 1 ? Store(at, sum) : emitter.Memory("StorePartial", at, Convert(place, typeof(int)), sum);
                },
                bytes);
        }

        private Expression Read(Expression at, int v) =>
            limit is null || v < vectors - 1 ? Load(vector, at) : emitter.Memory("LoadMasked", at, limit, Property(null, vector, nameof(Vector128<int>.Zero)));

        private BlockExpression FetchResults(long after) => OverC(at => Prefetch(Plus(at, after)), Math.Max(bytes, LineBytes), lastByte: true);

        private BlockExpression OverC(Func<Expression, Expression> visit, int pitch, bool lastByte = false)
        {
            var address = Variable(typeof(long), "address");
            var visits = new List<Expression> { Assign(address, c) };
            for (var r = 0; r < rows; r++)
            {
                for (var at = 0; at < vectors * bytes; at += pitch) visits.Add(visit(Plus(address, at)));
                if (lastByte) visits.Add(visit(Plus(address, vectors * bytes - 1)));
                visits.Add(AddAssign(address, cRow));
            }
            return Block([address], visits);
        }
    }
}
