using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Options;

/// <summary>Loads settings from a folder of the test's own.</summary>
public abstract class OptionsFixture : IDisposable
{
    protected TempFolder Folder { get; } = new();

    protected Dictionary<string, string> Flags { get; } = [];

    protected Dictionary<string, string> Variables { get; } = [];

    protected string ConfigPath => Folder[".codex-proxy/config.json"];

    protected OptionInputs Inputs =>
        new()
        {
            Flags = Flags,
            Environment = Variables.GetValueOrDefault,
            UserFolder = Folder.Path,
            WorkingFolder = Folder.Path,
        };

    public void Dispose() => Folder.Dispose();

    protected void Config(string json) => Folder.Write(".codex-proxy/config.json", json);

    protected ProxyOptions Load() => OptionsLoader.Load(Inputs);

    protected string[] Errors() =>
        [.. Should.Throw<OptionsRejectedException>(() => Load()).Errors.Select(error => error.ToString())];
}
