using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Tests.Launcher;

namespace CodexProxy.Tests.Demo;

/// <summary>The end of the built program's demo that stays up.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Installation _installation = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _installation.Dispose();

    [Theory]
    [InlineData(2, false)]
    [InlineData(15, false)]
    [InlineData(15, true)]
    public async Task A_signal_ends_it_and_nothing_stays(int signal, bool nobodyReads)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to ask with.");
        var folder = Directory.CreateDirectory(_installation.Folder["temporary"]);
        _installation.Variables["TMPDIR"] = folder.FullName;
        // Of no use to the test, and else in the same folder.
        _installation.Variables["DOTNET_EnableDiagnostics"] = "0";
        using var demo = _installation.Start("demo", "--serve", "--port", "0");
        string? line;
        do
        {
            line = await demo.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
            line.ShouldNotBeNull();
        } while (!line.Contains("Ctrl+C ends it", StringComparison.Ordinal));

        if (nobodyReads)
        {
            demo.StandardOutput.Close();
        }

        UnixCalls.Send(demo.Id, signal).ShouldBeTrue();

        await demo.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        demo.ExitCode.ShouldBe(ExitCode.Done);
        folder.EnumerateFileSystemInfos().ShouldBeEmpty();
    }
}
