using Gatepost.CatalogueCompiler;

// Gatepost.CatalogueCompiler SOURCES OUTPUT: compiles the catalogue of src/Gatepost.Replies into one file.
if (args is not [var sources, var output])
{
    Console.Error.WriteLine("usage: Gatepost.CatalogueCompiler SOURCES OUTPUT");
    return 64;
}

var loader = CatalogueSources.Read(sources);
// In the form that MSBuild takes for errors: the editor goes to the line.
foreach (var problem in loader.Problems)
    Console.Error.WriteLine($"{Path.Combine(sources, problem.File)}({problem.Line}): error GP0001: {problem.What}");
if (loader.Problems.Count > 0)
    return 65;

byte[] compiled = new CatalogueWriter(loader).Write();
// The same sources give the same file: nothing that depends on it is built again.
if (!File.Exists(output) || !compiled.AsSpan().SequenceEqual(File.ReadAllBytes(output)))
    File.WriteAllBytes(output, compiled);
else
    File.SetLastWriteTimeUtc(output, TimeProvider.System.GetUtcNow().UtcDateTime);
return 0;
