using System.Runtime.InteropServices;
using GraphGrad.Execution;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>
    /// Gives every variable of the graph its initial value. A session does so by itself when a variable is first needed,
    /// unless <see cref="SessionOptions.AutoInitialize"/> is off; calling it again starts anew, with the same random draws.
    /// </summary>
    /// <exception cref="GraphException">An initializer depends on a feed or a variable, or fails; no variable has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Initialize() => Initialize([.. Graph.Variables]);

    /// <summary>Gives the variables their initial values.</summary>
    /// <inheritdoc cref="Initialize()"/>
    public void Initialize(params ReadOnlySpan<Variable> variables)
    {
        foreach (var variable in variables) Graph.Require(variable, "the variable");
        ThrowIfDisposed();
        Enter(exclusive: true, "initialize variables");
        try
        {
            this.variables.Initialize(variables.ToArray());
        }
        finally
        {
            gate.Leave(exclusive: true);
        }
    }

    /// <summary>What a variable holds now (a copy).</summary>
    /// <exception cref="GraphException">It belongs to another graph, or has no value and may not be initialized automatically.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public TensorData Read(Variable variable)
    {
        var slot = Slot(variable);
        var elements = NewArray(variable.DType, slot.Count);
        Read(slot, MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(elements), Buffer.ByteLength(elements)));
        return new TensorData(elements, Array.ConvertAll([.. variable.Shape], dim => (int)dim.Value));
    }

    /// <summary>Copies what a variable holds now, in row-major order, without allocating.</summary>
    /// <exception cref="GraphException"><typeparamref name="T"/> is not the element type, or the span has another length; else as <see cref="Read(Variable)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void ReadSpan<T>(Variable variable, Span<T> destination)
        where T : unmanaged
    {
        Read(Slot<T>(variable, destination.Length), MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Stores data in a variable.</summary>
    /// <exception cref="GraphException">Element type or shape differ, or the variable belongs to another graph.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Write(Variable variable, TensorData data)
    {
        var slot = Slot(variable);
        if (data.Type != variable.Type)
        {
            throw new GraphException(
                $"variable '{variable.Name}' {variable.DType.Text()}{variable.Shape} cannot hold {data.DType.Text()}{data.Shape}. " +
                $"Write data of its type and shape. Built at {variable.Node.Origin}.");
        }
        Write(slot, data.Bytes);
    }

    /// <summary>Stores elements, in row-major order, in a variable, without allocating.</summary>
    /// <exception cref="GraphException"><typeparamref name="T"/> is not the element type, or the span has another length, or the variable belongs to another graph.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void WriteSpan<T>(Variable variable, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        Write(Slot<T>(variable, elements.Length), MemoryMarshal.AsBytes(elements));
    }

    private VariableSlot Slot(Variable variable)
    {
        Graph.Require(variable, "the variable");
        ThrowIfDisposed();
        return variables.Slot(variable);
    }

    private VariableSlot Slot<T>(Variable variable, int length)
        where T : unmanaged
    {
        var slot = Slot(variable);
        if (DTypes.Of<T>() == variable.DType && length == slot.Count) return slot;
        throw new GraphException(
            $"variable '{variable.Name}' {variable.DType.Text()}{variable.Shape} has {slot.Count} elements of {variable.DType.Text()}; " +
            $"the span has {length} of {DTypes.Of<T>().Text()}. Give a span of its type and length. Built at {variable.Node.Origin}.");
    }

    private void Read(VariableSlot slot, Span<byte> destination)
    {
        var entered = Enter(exclusive: false, string.Empty);
        try
        {
            variables.EnsureInitialized(new ReadOnlySpan<VariableSlot>(in slot));
            slot.Bytes.CopyTo(destination);
        }
        finally
        {
            if (entered) gate.Leave(exclusive: false);
            GC.KeepAlive(this);
        }
    }

    private void Write(VariableSlot slot, ReadOnlySpan<byte> data)
    {
        Enter(exclusive: true, "write variables");
        try
        {
            variables.Change();
            data.CopyTo(slot.Bytes);
            slot.IsInitialized = true;
        }
        finally
        {
            gate.Leave(exclusive: true);
            GC.KeepAlive(this);
        }
    }
}
