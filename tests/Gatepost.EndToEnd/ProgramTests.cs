using Xunit;

namespace Gatepost.EndToEnd;

public sealed class ProgramTests
{
    [Fact]
    public void The_program_is_built() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "gatepost.dll")));
}
