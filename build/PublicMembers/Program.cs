using GraphGrad.Build;
using Mono.Cecil;
using Mono.Cecil.Cil;

// PublicMembers ASSEMBLY REFERENCES: completes the public members of an assembly in place; the file REFERENCES lists what it was compiled with.
var references = File.ReadAllLines(args[1]);
using var resolver = new DefaultAssemblyResolver();
foreach (var folder in references.Select(r => Path.GetDirectoryName(r)).Distinct()) resolver.AddSearchDirectory(folder);
var reading = new ReaderParameters { InMemory = true, ReadSymbols = true, SymbolReaderProvider = new PortablePdbReaderProvider(), AssemblyResolver = resolver };
using var module = ModuleDefinition.ReadModule(args[0], reading);
using var graph = references.SingleOrDefault(r => Path.GetFileName(r) == "GraphGrad.Graph.dll") is { } other ? ModuleDefinition.ReadModule(other) : null;
var checks = new NullChecks(module, (graph ?? module).GetType("GraphGrad.NullArgument"));
foreach (var method in module.GetTypes().Where(NullChecks.IsChecked).SelectMany(t => t.Methods).Where(m => m is { IsPublic: true, HasBody: true }))
{
    checks.AddTo(method);
    CallerFrames.Keep(method);
}
try
{
    module.Write(args[0], new WriterParameters { DeterministicMvid = true, WriteSymbols = true, SymbolWriterProvider = new PortablePdbWriterProvider() });
}
catch
{
    // So that the next build compiles again.
    File.Delete(args[0]);
    throw;
}
