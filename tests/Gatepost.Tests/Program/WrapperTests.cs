using System.Diagnostics;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary><c>./gatepost</c> of the repository, with a <c>dotnet</c> that writes down what it was asked to do.</summary>
public sealed class WrapperTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatepost-wrapper-").FullName;
    private readonly string asked;

    public WrapperTests()
    {
        asked = Path.Combine(folder, "asked");
        Directory.CreateDirectory(Path.Combine(folder, "tools"));
        File.Copy(Path.Combine(Repository.Root, "gatepost"), Path.Combine(folder, "gatepost"));
        Write("src/gatepost/gatepost.csproj", "");
        Write("Directory.Build.props", "");
        Write("tools/dotnet", $"""
            #!/bin/sh
            echo "$1" >>{asked}
            if [ "$1" = publish ] && [ ! -e {folder}/linker-works ]; then exit 1; fi
            if [ "$1" = publish ]; then
              mkdir -p {folder}/artifacts/native
              printf '#!/bin/sh\necho "native $1" >>{asked}\n' >{folder}/artifacts/native/gatepost-native
              chmod +x {folder}/artifacts/native/gatepost-native
            fi
            if [ "$1" = build ]; then mkdir -p {folder}/src/gatepost/bin/Release/net10.0; : >{folder}/src/gatepost/bin/Release/net10.0/gatepost.dll; fi
            """);
        Write("tools/git", "#!/bin/sh\nexit 128\n");
        Write("tools/gcc", "#!/bin/sh\nexit 1\n");
        foreach (string tool in (string[])["dotnet", "git", "gcc"])
            File.SetUnixFileMode(Path.Combine(folder, "tools", tool), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string Program => Path.Combine(folder, "src/gatepost/bin/Release/net10.0/gatepost.dll");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_first_start_builds_and_the_second_only_runs()
    {
        Assert.Equal(["publish", "build", Program], Start("explain", "550"));
        Assert.Equal([Program], Start("explain", "550"));
    }

    [Fact]
    public void A_newer_revision_is_built()
    {
        Start("status");
        // Without git, as in an archive, the properties of the build stand for all sources.
        Age("Directory.Build.props", TimeSpan.FromMinutes(1));

        Assert.Equal(["publish", "build", Program], Start("status"));
    }

    [Fact]
    public void An_edit_is_built_if_asked_for()
    {
        Start("status");
        Write("src/gatepost/Program.cs", "// changed");
        Age("src/gatepost/Program.cs", TimeSpan.FromMinutes(1));

        Assert.Equal([Program], Start("status"));
        Assert.Equal(["publish", "build", Program], Start("--build", "status"));
    }

    [Fact]
    public void Verbs_run_as_machine_code_where_it_can_be_made()
    {
        Write("linker-works", "");

        Assert.Equal(["publish", "build", "native explain"], Start("explain", "550"));
        Assert.Equal(["native status"], Start("status"));
        Assert.Equal([Program], Start("serve"));
    }

    [Fact]
    public void Machine_code_older_than_the_program_is_not_run()
    {
        Write("linker-works", "");
        Start("status");
        Age("src/gatepost/bin/Release/net10.0/gatepost.dll", TimeSpan.FromMinutes(1));

        Assert.Equal([Program], Start("status"));
    }

    private string[] Start(params string[] arguments)
    {
        File.Delete(asked);
        var start = new ProcessStartInfo(Path.Combine(folder, "gatepost"), arguments);
        start.Environment["PATH"] = Path.Combine(folder, "tools") + ":/usr/bin:/bin";
        using var process = Process.Start(start)!;
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, process.ExitCode);
        return File.ReadAllLines(asked);
    }

    private void Age(string file, TimeSpan ahead) => File.SetLastWriteTimeUtc(Path.Combine(folder, file), DateTime.UtcNow + ahead);

    private void Write(string file, string text)
    {
        string path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
