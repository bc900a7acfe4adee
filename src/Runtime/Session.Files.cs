using GraphGrad.Execution;
using GraphGrad.Files;

namespace GraphGrad;

public sealed partial class Session
{
    /// <summary>
    /// Writes what variables hold to a file, those of the optimizers among them, so that training goes on after <see cref="Load(string, ReadOnlySpan{Variable})"/>
    /// where it stood. The format is safetensors, which Python reads and writes, too. A file of that name is replaced once all is written. A trace callback may save.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="variables">The variables; none for all of the graph.</param>
    /// <exception cref="GraphException">A variable belongs to another graph, or has no value and may not be initialized automatically.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before stays.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Save(string path, params ReadOnlySpan<Variable> variables)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var partial = path + ".partial";
        try
        {
            using (var stream = File.Create(partial)) Save(stream, variables);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Writes what variables hold to a stream, from where it stands.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="variables">The variables; none for all of the graph.</param>
    /// <inheritdoc cref="Save(string, ReadOnlySpan{Variable})" path="/exception"/>
    public void Save(Stream stream, params ReadOnlySpan<Variable> variables)
    {
        var slots = Slots(variables);
        var entered = Enter(exclusive: false, string.Empty);
        try
        {
            this.variables.EnsureInitialized(slots);
            TensorFile.Write(stream, slots);
        }
        finally
        {
            if (entered) gate.Leave(exclusive: false);
            GC.KeepAlive(this);
        }
    }

    /// <summary>
    /// Stores in variables what a file of the safetensors format holds for their names. Tensors of other names are passed over, so that a graph without
    /// optimizer takes what one with an optimizer has saved. How many runs there were is not in the file: a session that goes on with dropout and the
    /// like draws other numbers if <see cref="SessionOptions.Seed"/> is another.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="variables">The variables; none for all of the graph.</param>
    /// <exception cref="GraphException">
    /// The file is of another format or ends early, a variable is not in it or has another type or shape there, or belongs to another graph. No variable has changed then.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Load(string path, params ReadOnlySpan<Variable> variables)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        Load(stream, variables);
    }

    /// <summary>Stores in variables what a stream holds for their names, from where it stands. It need not be able to seek, and stays open.</summary>
    /// <inheritdoc cref="Load(string, ReadOnlySpan{Variable})"/>
    /// <param name="stream">The stream.</param>
    /// <param name="variables">The variables; none for all of the graph.</param>
    public void Load(Stream stream, params ReadOnlySpan<Variable> variables)
    {
        var slots = Slots(variables);
        var read = TensorFile.Read(stream, Array.ConvertAll(slots, slot => slot.Variable));
        Enter(exclusive: true, "load variables");
        try
        {
            this.variables.Change();
            for (var i = 0; i < slots.Length; i++)
            {
                read[i].CopyTo(slots[i].Bytes);
                slots[i].IsInitialized = true;
            }
        }
        finally
        {
            gate.Leave(exclusive: true);
            GC.KeepAlive(this);
        }
    }

    private VariableSlot[] Slots(ReadOnlySpan<Variable> named)
    {
        Variable[] all = named.IsEmpty ? [.. Graph.Variables] : named.ToArray();
        return [.. Array.ConvertAll(all, Slot).Distinct()];
    }
}
