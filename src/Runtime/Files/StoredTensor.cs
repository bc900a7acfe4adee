namespace GraphGrad.Files;

/// <summary>Where a file holds a tensor, counted from the end of its header, and as what.</summary>
internal sealed record StoredTensor(string Type, long[] Extents, long Begin, long End);
