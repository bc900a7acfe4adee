namespace GraphGrad.Rewriting.Precision;

/// <summary>How much is known of the size of a program, and so how dear float64 may be.</summary>
internal enum Openness
{
    /// <summary>All extents are known, and small.</summary>
    None,

    /// <summary>There may be any number of examples, each of a few numbers.</summary>
    FewFeatures,

    /// <summary>There may be any number of examples, each as large as what a layer works on.</summary>
    ManyFeatures,
}
