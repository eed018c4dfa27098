using System.Globalization;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Diagnosis;

/// <summary>The sign-in, the clock and the model catalogue.</summary>
internal static class OnlineChecks
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Old = TimeSpan.FromDays(7);

    /// <summary>The accounts that serve uses. Disposing of them waits for a renewal that is under way.</summary>
    public static AccountDirectory OpenAccounts(
        ProxyOptions options,
        OptionInputs inputs,
        HttpClient upstream,
        TimeProvider time
    )
    {
        var surroundings = new GatewaySurroundings { Time = time, Inputs = inputs };
        return surroundings.OpenAccounts(
            options,
            surroundings.OpenVault(options),
            new TokenClient(upstream, new OptionsSource(options), time),
            NullLogger<CodexLogin>.Instance
        );
    }

    /// <summary>Whether there is a login, and whether it can be renewed if that is due.</summary>
    public static async Task<Finding> SignInAsync(Surveyed surveyed, CancellationToken cancellationToken)
    {
        var login = surveyed.Accounts;
        if (login.Peek() is not Credential stored)
        {
            return Explain((CredentialFailure)login.Peek());
        }

        // It asks the issuer only when the token is about to end.
        if (await login.GetAsync(cancellationToken) is CredentialFailure failure)
        {
            return Explain(failure);
        }

        // The old token serves while it lasts, even when it could not be renewed.
        var end = login.Peek() is Credential now ? now.AccessToken.ExpiresAt : stored.AccessToken.ExpiresAt;
        var plan = stored.Plan is { } name ? $" ({name})" : "";
        return login.Peek() is CredentialFailure refused ? Explain(refused)
            : end is null ? Finding.Ok($"Signed in{plan}.")
            : end - surveyed.Time.GetUtcNow() <= Harmful
                ? Finding.Warning(
                    $"Signed in{plan}, but the login ends at {Moment(end.Value)} and could not be renewed just now.",
                    "Check that the issuer can be reached, then run this again."
                )
            : Finding.Ok($"Signed in{plan}; the token lasts until {Moment(end.Value)} and is renewed before.");
    }

    /// <summary>Compares this machine's clock with those of the servers that answered.</summary>
    public static Finding Clock(IEnumerable<Answered> answers)
    {
        var dates = answers
            .Select(answer => answer.Date)
            .OfType<(DateTimeOffset Theirs, DateTimeOffset Ours)>()
            .ToList();
        if (dates.Count == 0)
        {
            return Finding.Warning("No server told its time, so the clock could not be compared.");
        }

        // The nearest of them: one server's clock may be the wrong one.
        var gap = dates.Select(date => date.Ours - date.Theirs).MinBy(difference => difference.Duration());
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"The clock is {gap.Duration().TotalSeconds:F0} s {(gap > TimeSpan.Zero ? "ahead" : "behind")}"
        );
        const string Cure = "Set the clock, best by letting the system keep it by network time.";
        return gap.Duration() > Harmful ? Finding.Problem($"{words}; sign-in and certificates fail like that.", Cure)
            : gap.Duration() > Noticeable ? Finding.Warning($"{words}.", Cure)
            : Finding.Ok("The clock is right.");
    }

    /// <summary>Whose table of models is in force, and how old it is.</summary>
    public static Finding Catalogue(Surveyed surveyed)
    {
        var path = Path.Combine(surveyed.Options.Home, "models.json");
        const string Cure = "Start the gateway while signed in; it fetches a new one.";
        if (!File.Exists(path))
        {
            return Finding.Ok(
                $"The built-in table of {ModelCatalogue.Embedded.Models.Count} models; the gateway fetches a live one when it serves."
            );
        }

        if (new CatalogueFile(path, NullLogger<CatalogueFile>.Instance).Read() is not { } kept)
        {
            return Unreadable();
        }

        try
        {
            var count = ModelCatalogue.Parse(kept.Body).Models.Count;
            var age = surveyed.Time.GetUtcNow() - kept.FetchedAt;
            return age > Old
                ? Finding.Warning($"{count} models, fetched {Ago(age)} ago; models may have come and gone.", Cure)
                : Finding.Ok($"{count} models, fetched {Ago(age)} ago.");
        }
        catch (JsonException)
        {
            return Unreadable();
        }

        Finding Unreadable() =>
            Finding.Warning($"{surveyed.Inputs.Shown(path)} cannot be read; the built-in table serves.", Cure);
    }

    private static Finding Explain(CredentialFailure failure)
    {
        // Its last sentence is the cure where there is one.
        var cut = failure.Message.LastIndexOf(". ", StringComparison.Ordinal);
        return cut < 0
            ? Finding.Problem(failure.Message, "Check that the issuer can be reached, then run this again.")
            : Finding.Problem(failure.Message[..(cut + 1)], failure.Message[(cut + 2)..]);
    }

    private static string Moment(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Ago(TimeSpan age) =>
        age.TotalDays >= 2 ? Whole(age.TotalDays, "days")
        : age.TotalHours >= 2 ? Whole(age.TotalHours, "hours")
        : Whole(Math.Max(0, age.TotalMinutes), "min");

    private static string Whole(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:F0} {unit}");
}
