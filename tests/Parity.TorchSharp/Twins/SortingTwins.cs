namespace GraphGrad.Parity.Live.Expressions;

internal static class SortingTwins
{
    public static readonly Twins All = new()
    {
        ["sort"] = t => t[0].sort(stable: true),
        ["sort descending"] = t => t[0].sort(0, descending: true, stable: true),
        ["sort of whole numbers"] = t => t[0].sort(1, stable: true),
        ["sort of bools"] = t => t[0].sort(stable: true),
        ["msort"] = t => t[0].msort(),
        ["argsort"] = t => t[0].argsort(),
        ["argsort descending"] = t => t[0].argsort(0, descending: true),
        ["topk"] = t => t[0].topk(3),
        ["topk smallest"] = t => t[0].topk(2, 0, largest: false),
        ["topk with NaN"] = t => t[0].topk(2).Item1,
        ["kthvalue"] = t => t[0].kthvalue(3, -1),
        ["kthvalue along an axis"] = t => t[0].kthvalue(1, 0, keepdim: true),
        ["searchsorted"] = t => searchsorted(t[0], t[1]),
        ["searchsorted from the right"] = t => searchsorted(t[0], t[1], right: true),
        ["bucketize"] = t => bucketize(t[0], t[1]),
        ["bucketize from the right"] = t => bucketize(t[0], t[1], right: true),
        ["histc"] = t => t[0].histc(5, -2, 3),
        ["histogram"] = t => histogram(t[0], t[1]).Item1,
        ["bincount"] = t => bincount(t[0], minlength: 7),
        ["bincount with weights"] = t => bincount(t[0], t[1].to(ScalarType.Float64), 7),
        ["isin"] = t => isin(t[0], t[1]),
        ["sort along an axis too many"] = t => t[0].sort(2),
        ["topk of too many"] = t => t[0].topk(4),
        ["kthvalue of none"] = t => t[0].kthvalue(0, -1),
        ["kthvalue beyond the last"] = t => t[0].kthvalue(4, -1),
        ["searchsorted of other lines"] = t => searchsorted(t[0], t[1]),
        ["bucketize by a matrix"] = t => bucketize(t[0], t[1]),
        ["bincount of floats"] = t => bincount(t[0]),
        ["histc of whole numbers"] = t => t[0].histc(3, 0, 2),
        ["histc without bins"] = t => t[0].histc(0, 0, 2),
    };
}
