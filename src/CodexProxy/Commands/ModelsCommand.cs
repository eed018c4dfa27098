using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Codex;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy models</c>: what the account can use, and what each Claude family maps to.</summary>
internal static class ModelsCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly Option<bool> All = new("--all")
    {
        Description = "Also the models that the vendor does not list",
    };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("models", "Show the models of your plan and what serves each Claude family") { All };
        command.WithJson();
        command.SetAction(
            (parsed, cancelled) =>
                AccountsRun.StartAsync(
                    context,
                    parsed,
                    run => ShowAsync(run, parsed.GetValue(All), context.Time, cancelled)
                )
        );
        return command;
    }

    private static async Task<int> ShowAsync(
        AccountsRun run,
        bool hiddenToo,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var catalogue = run.Get<CatalogueSource>();
        var source =
            await RefreshAsync(catalogue, time, cancellationToken) ? "live"
            : catalogue.IsKept ? "kept"
            : "built-in";
        var table = ModelTableView.Of(source, catalogue.Current, run.Get<KiloChoice>().Rules(), hiddenToo);
        if (run.Json)
        {
            run.Print(table, ViewJson.Readable.ModelTableView);
            return ExitCode.Done;
        }

        Show(run.Terminal, table);
        return ExitCode.Done;
    }

    private static async Task<bool> RefreshAsync(
        CatalogueSource catalogue,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await catalogue.RefreshAsync(stop.Token);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            // What is kept, or built in, is shown; the last line says which.
            return false;
        }
    }

    private static void Show(Terminal terminal, ModelTableView view)
    {
        var table = new TextTable("model", "window", "efforts (* without a wish)", "fast", "serves");
        foreach (var model in view.Models)
        {
            table.Add(
                model.Id,
                string.Create(CultureInfo.InvariantCulture, $"{model.ContextWindow / 1000}k"),
                string.Join(' ', model.Efforts.Select(effort => effort == model.DefaultEffort ? effort + "*" : effort)),
                model.Fast ? "yes" : "",
                string.Join(", ", model.Serves)
            );
        }

        table.WriteTo(terminal);
        foreach (
            var (family, model) in view.Families.Where(family =>
                view.Models.All(row => !row.Serves.Contains(family.Key))
            )
        )
        {
            terminal.Line($"{family} is served by {model}.");
        }

        terminal.Line(
            terminal.Dim(
                view.Source switch
                {
                    "live" => "As the backend tells it now. A suffix asks for more: -high, -fast, -high-fast.",
                    "kept" => "As the backend told it last; it could not be asked now.",
                    _ => "Built in; the backend could not be asked. Sign in to see what your plan has.",
                }
            )
        );
    }
}
