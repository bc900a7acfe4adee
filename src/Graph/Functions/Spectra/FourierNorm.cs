namespace GraphGrad;

/// <summary>Which of the two directions of Fourier's transform is divided, and by what.</summary>
public enum FourierNorm
{
    /// <summary>The inverse transform, by n.</summary>
    Backward,

    /// <summary>Both, by √n.</summary>
    Orthonormal,

    /// <summary>The transform itself, by n.</summary>
    Forward,
}
