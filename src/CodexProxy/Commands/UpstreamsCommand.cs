using System.CommandLine;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy upstreams</c>: the other places that serve models, and their keys in the key store.</summary>
internal static class UpstreamsCommand
{
    private static readonly Argument<string> Named = new("NAME") { Description = "Name of the upstream" };

    private static readonly Option<bool> Remove = new("--remove") { Description = "Remove the key instead" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var key = new Command("key", "Keep the key of an upstream in the key store; it is asked for, or piped in")
        {
            Named,
            Remove,
        };
        key.WithJson();
        key.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(
                    context,
                    parsed,
                    run =>
                        parsed.GetValue(Remove)
                            ? Task.FromResult(RemoveKey(run, parsed.GetRequiredValue(Named)))
                            : StoreKeyAsync(run, parsed.GetRequiredValue(Named), cancelled)
                )
        );
        var command = new Command("upstreams", "Show the other places that serve models") { key };
        command.WithJson();
        command.SetAction((parsed, _) => AccountsRun.StartAsync(context, parsed, run => Task.FromResult(Show(run))));
        return command;
    }

    private static int Show(AccountsRun run)
    {
        var view = UpstreamListView.Of(run.Options.Alternates, run.Get<UpstreamKeys>());
        if (run.Json)
        {
            run.Print(view, ViewJson.Readable.UpstreamListView);
            return ExitCode.Done;
        }

        var table = new TextTable("upstream", "state", "key", "models", "address");
        foreach (var upstream in view.Upstreams)
        {
            table.Add(
                upstream.Name,
                !upstream.Enabled ? "off"
                    : upstream.Problem is null ? "on"
                    : "on, no key",
                upstream.Key,
                upstream.Models is { } models ? string.Join(", ", models) : upstream.Default ?? "any",
                upstream.BaseUrl?.ToString() ?? ""
            );
        }

        table.WriteTo(run.Terminal);
        foreach (var upstream in view.Upstreams.Where(upstream => upstream.Problem is not null))
        {
            run.Terminal.Message($"{upstream.Name}: {upstream.Problem}");
        }

        return ExitCode.Done;
    }

    private static async Task<int> StoreKeyAsync(AccountsRun run, string name, CancellationToken cancellationToken)
    {
        if (Refusal(run, name) is { } refusal)
        {
            return run.Refuse(refusal);
        }

        var typed = await run.Terminal.AskSecretAsync($"Key of {name}:", cancellationToken);
        if (typed?.Trim() is not { Length: > 0 } key || !KeyListKind.IsKey(key))
        {
            return run.Refuse("That is no key: it must be one word of visible characters.");
        }

        try
        {
            run.Get<UpstreamKeys>().Store(name, new Secret(key));
        }
        catch (IOException exception)
        {
            return run.Refuse(exception.Message);
        }

        return run.Say(
            run.Options.Alternates.All.Single(upstream => upstream.Name == name).KeyIsStored
                ? $"The key of {name} is kept in the key store."
                : $"The key of {name} is kept in the key store. Set \"keyStore\": true for {name} to use it."
        );
    }

    private static int RemoveKey(AccountsRun run, string name)
    {
        try
        {
            run.Get<UpstreamKeys>().Remove(name);
            return run.Say($"The key store holds no key for {name} any more.");
        }
        catch (IOException exception)
        {
            return run.Refuse(exception.Message);
        }
    }

    private static string? Refusal(AccountsRun run, string name) =>
        run.Options.Alternates.All.Any(upstream => upstream.Name == name)
            ? null
            : $"There is no upstream {name}. The settings file names them under \"upstreams\".";
}
