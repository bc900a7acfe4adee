namespace GraphGrad;

public static partial class Ops
{
    /// <summary>
    /// Einstein's summation: <c>Einsum("bij,bjk->bik", x, y)</c> multiplies elements at equal letters and sums over letters that the result does not name. A letter
    /// twice in one operand takes its diagonal; <c>...</c> stands for axes that broadcast, and are summed where the result does not name them; without an arrow the result has the letters that occur once, in alphabetical order.
    /// Operands are combined from left to right, each pair by one product (<see cref="Dot(Value, Value, int[], int[], int[], int[])"/>), the last by broadcasting where it sums over nothing; three to five of known extents in another
    /// order where that takes at most half as many multiplications.
    /// </summary>
    /// <param name="equation">Letters for the axes of each operand, separated by commas; blanks do not count.</param>
    /// <param name="operands">As many as the equation has, of one number type.</param>
    /// <exception cref="GraphException">The equation does not fit the operands, a letter stands for two extents, or the result names a letter twice or one that no operand has.</exception>
    public static Value Einsum(string equation, params Value[] operands)
    {
        if (operands.Length == 0) throw new GraphException($"einsum: give at least one operand. Built at {Origin.Capture()}.");
        using var scope = operands[0].Graph.Scope("einsum");
        return new EinsteinSum(equation, operands).Result();
    }

    /// <summary>One sum: axes have letters; those that an ellipsis stands for have digits, counted from the last.</summary>
    private sealed class EinsteinSum
    {
        private readonly Graph graph;
        private readonly string equation;
        private readonly List<(Value Value, string Letters)> terms = [];
        private readonly string result;

        public EinsteinSum(string equation, Value[] operands)
        {
            graph = operands[0].Graph;
            this.equation = equation;
            var text = equation.Replace(" ", string.Empty, StringComparison.Ordinal);
            var arrow = text.IndexOf("->", StringComparison.Ordinal);
            var inputs = (arrow < 0 ? text : text[..arrow]).Split(',');
            if (inputs.Length != operands.Length) throw Error($"it has {inputs.Length} operands and {operands.Length} are given.");
            var covered = 0;
            for (var i = 0; i < inputs.Length; i++)
            {
                var letters = Expanded(inputs[i], operands[i]);
                covered = Math.Max(covered, letters.Count(char.IsDigit));
                terms.Add(Diagonals(operands[i], letters));
            }
            var ellipsis = Ellipsis(covered);
            if (arrow >= 0)
            {
                result = text[(arrow + 2)..].Replace("...", ellipsis, StringComparison.Ordinal);
            }
            else
            {
                var all = string.Concat(inputs).Replace("...", string.Empty, StringComparison.Ordinal);
                result = ellipsis + string.Concat(all.Where(c => all.Count(d => c == d) == 1).Order());
            }
            foreach (var letter in result)
            {
                if (!char.IsAsciiLetterOrDigit(letter)) throw Error($"'{letter}' in the result is no letter.");
                if (result.Count(c => c == letter) > 1) throw Error($"the result names '{letter}' twice.");
                if (!terms.Any(t => t.Letters.Contains(letter))) throw Error($"the result names '{letter}', which no operand has.");
            }
        }

        public Value Result()
        {
            var order = EinsumOrder.Find(terms.ConvertAll(t => t.Letters), result, Extents());
            while (terms.Count > 1)
            {
                var (first, second) = order?.Dequeue() ?? (0, 1);
                var (left, right) = (terms[first], terms[second]);
                terms.RemoveAt(second);
                terms.RemoveAt(first);
                terms.Insert(0, Combine(left, right, [.. result, .. terms.SelectMany(t => t.Letters)]));
            }
            var (value, letters) = Summed(terms[0], result);
            return Transpose(value, [.. result.Select(letter => letters.IndexOf(letter))]);
        }

        /// <summary>What each letter stands for, where an extent of 1 broadcasts; null if not all are known.</summary>
        private Dictionary<char, long>? Extents()
        {
            var extents = new Dictionary<char, long>();
            foreach (var (value, letters) in terms)
            {
                for (var axis = 0; axis < letters.Length; axis++)
                {
                    if (!value.Shape[axis].IsConstant) return null;
                    extents[letters[axis]] = Math.Max(value.Shape[axis].Value, extents.GetValueOrDefault(letters[axis]));
                }
            }
            return extents;
        }

        /// <summary>The product of two operands, summed over what nobody needs any more.</summary>
        private (Value, string) Combine((Value Value, string Letters) left, (Value Value, string Letters) right, IEnumerable<char> needed)
        {
            var kept = needed.ToHashSet();
            // Letters of one operand alone that nobody needs are summed first; then every shared letter is a batch axis or a contracted one.
            var (x, a) = Summed(left, left.Letters.Where(c => kept.Contains(c) || right.Letters.Contains(c)));
            var (y, b) = Summed(right, right.Letters.Where(c => kept.Contains(c) || left.Letters.Contains(c)));
            // An extent of 1 broadcasts: the axis is dropped from the side that has it.
            foreach (var letter in a.Intersect(b).ToArray())
            {
                var (n, m) = (x.Shape[a.IndexOf(letter)], y.Shape[b.IndexOf(letter)]);
                if (n == m) continue;
                if (n.IsOne) (x, a) = Dropped(x, a, letter);
                else if (m.IsOne) (y, b) = Dropped(y, b, letter);
                else throw Error(char.IsDigit(letter) ? $"an axis of the ellipsis has the extents {n} and {m}; they must be equal, or one of them 1." : $"'{letter}' stands for the extents {n} and {m}; they must be equal.");
            }
            if (a.Except(b).Any(c => !kept.Contains(c))) (x, a) = Summed((x, a), a.Where(c => kept.Contains(c) || b.Contains(c)));
            if (b.Except(a).Any(c => !kept.Contains(c))) (y, b) = Summed((y, b), b.Where(c => kept.Contains(c) || a.Contains(c)));
            var shared = a.Intersect(b).ToArray();
            var (batch, contracted) = (shared.Where(kept.Contains).ToArray(), shared.Where(c => !kept.Contains(c)).ToArray());
            // What nobody sums over is multiplied where the result wants it: a product of matrices would be turned afterwards.
            if (terms.Count == 0 && contracted.Length == 0 && x.DType != DType.Bool) return (Spread(x, a) * Spread(y, b), result);
            var product = Dot(x, y, Places(a, contracted), Places(b, contracted), Places(a, batch), Places(b, batch));
            return (product, string.Concat(batch) + string.Concat(a.Except(shared)) + string.Concat(b.Except(shared)));
        }

        /// <summary>An operand with its axes in the order of the result, and of extent 1 where the result has others.</summary>
        private Value Spread(Value value, string letters)
        {
            var turned = Transpose(value, [.. result.Where(letters.Contains).Select(letter => letters.IndexOf(letter))]);
            return Reshape(turned, new Shape([.. result.Select(letter => letters.IndexOf(letter) is >= 0 and var axis ? value.Shape[axis] : 1)]));
        }

        private static (Value, string) Dropped(Value value, string letters, char letter)
        {
            var axis = letters.IndexOf(letter);
            return (Squeeze(value, axis), letters.Remove(axis, 1));
        }

        /// <summary>An operand summed over the letters that are not kept.</summary>
        private static (Value, string) Summed((Value Value, string Letters) term, IEnumerable<char> kept)
        {
            var stays = kept.ToHashSet();
            int[] axes = [.. Enumerable.Range(0, term.Letters.Length).Where(axis => !stays.Contains(term.Letters[axis]))];
            return axes.Length == 0 ? term : (Cast(Sum(term.Value, axes), term.Value.DType), string.Concat(term.Letters.Where(stays.Contains)));
        }

        /// <summary>An operand with each letter once.</summary>
        private (Value, string) Diagonals(Value value, string letters)
        {
            for (var i = 0; i < letters.Length; i++)
            {
                for (var other = letters.IndexOf(letters[i], i + 1); other >= 0; other = letters.IndexOf(letters[i], i + 1))
                {
                    if (value.Shape[i] != value.Shape[other]) throw Error($"'{letters[i]}' stands for the extents {value.Shape[i]} and {value.Shape[other]} of '{value.Name}' {value.Type}; they must be equal.");
                    int[] rest = [.. Enumerable.Range(0, value.Rank).Where(axis => axis != i && axis != other)];
                    var diagonal = Diagonal(Transpose(value, [.. rest, i, other]));
                    // The diagonal's axis stands last; back to where the letter stood first.
                    var place = rest.Count(axis => axis < i);
                    value = Transpose(diagonal, [.. Enumerable.Range(0, place), diagonal.Rank - 1, .. Enumerable.Range(place, diagonal.Rank - 1 - place)]);
                    letters = letters.Remove(other, 1);
                }
            }
            return (value, letters);
        }

        private string Expanded(string letters, Value operand)
        {
            var dots = letters.IndexOf("...", StringComparison.Ordinal);
            var named = dots < 0 ? letters : letters.Remove(dots, 3);
            foreach (var letter in named)
            {
                if (!char.IsAsciiLetter(letter)) throw Error($"'{letter}' is no letter; axes have letters, operands are separated by commas.");
            }
            if (dots < 0 ? operand.Rank != named.Length : operand.Rank < named.Length)
                throw Error($"'{letters}' names {named.Length} axes, but '{operand.Name}' {operand.Type} has {operand.Rank}.");
            return dots < 0 ? letters : letters.Replace("...", Ellipsis(operand.Rank - named.Length), StringComparison.Ordinal);
        }

        private string Ellipsis(int axes) =>
            axes <= 10 ? string.Concat(Enumerable.Range(0, axes).Reverse().Select(k => (char)('0' + k))) : throw Error("an ellipsis stands for at most ten axes.");

        private static int[] Places(string letters, char[] wanted) => [.. wanted.Select(c => letters.IndexOf(c))];

        private GraphException Error(string message) => graph.Error("einsum", $"\"{equation}\": {message}");
    }
}
