using System.Text.Json.Serialization;

namespace GraphGrad.Bench.SideBySide;

/// <summary>One workload beside one form of one peer, or alone; times are medians of the rounds, in microseconds a run.</summary>
/// <param name="Ratio">The median of the rounds' ratios, peer by GraphGrad.</param>
/// <param name="RooflineFraction">The least time that arithmetic or memory allow on this machine, by ours.</param>
/// <param name="CoreToCore">With several threads: nanoseconds in which one is answered by another, the median of the rounds.</param>
/// <param name="MaxRelDifference">The largest difference between the two results, by the largest number of that tensor.</param>
internal sealed record Result(
    [property: JsonPropertyName("workload")] string Workload,
    [property: JsonPropertyName("threads")] int Threads,
    [property: JsonPropertyName("graphgrad_us")] double GraphGrad,
    [property: JsonPropertyName("interpreted_us")] double Interpreted,
    [property: JsonPropertyName("peer")] string? Peer,
    [property: JsonPropertyName("form")] string? Form,
    [property: JsonPropertyName("peer_threads")] int? PeerThreads,
    [property: JsonPropertyName("peer_product_threads")] int? PeerProductThreads,
    [property: JsonPropertyName("peer_us")] double? PeerTime,
    [property: JsonPropertyName("ratio")] double? Ratio,
    [property: JsonPropertyName("roofline_fraction")] double RooflineFraction,
    [property: JsonPropertyName("arena_bytes")] long ArenaBytes,
    [property: JsonPropertyName("peer_peak_bytes")] long? PeerPeakBytes,
    [property: JsonPropertyName("max_rel_difference")] double? MaxRelDifference,
    [property: JsonPropertyName("one_thread_us")] double? OneThread,
    [property: JsonPropertyName("core_to_core_ns")] double? CoreToCore);
