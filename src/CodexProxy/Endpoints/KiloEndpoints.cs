using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>The model behind the name <c>kilo</c>: which it is, which it could be, and the choice.</summary>
internal static class KiloEndpoints
{
    public static void MapKilo(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/settings/haiku-model",
            (KiloChoice choice, OptionsSource options) =>
                AccountsEndpoints.Json(Answer(choice, options), ViewJson.Default.KiloAnswer)
        );
        routes.MapPost("/settings/haiku-model", ChooseAsync);
        routes.MapGet("/settings/kilo-models", ListAsync);
    }

    private static KiloAnswer Answer(KiloChoice choice, OptionsSource options) =>
        new(choice.Current, options.Current.Alternates.KiloEnabled);

    private static async Task<IResult> ChooseAsync(
        HttpContext http,
        KiloChoice choice,
        KiloModels models,
        OptionsSource options
    )
    {
        ManagementGuard.Require(http);
        RequireEnabled(options);
        if (await BodyText.FindAsync(http, "haikuKiloModel") is not { Length: > 0 } model)
        {
            return Refuse("haikuKiloModel: Field required", StatusCodes.Status400BadRequest);
        }

        if (await models.FindAsync(http.RequestAborted) is not { } known)
        {
            return Unreachable();
        }

        if (known.All(one => one.Id != model))
        {
            return Refuse("haikuKiloModel: not a free model of kilo", StatusCodes.Status400BadRequest);
        }

        try
        {
            choice.Choose(model);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse(
                $"The choice could not be kept: {exception.Message}",
                StatusCodes.Status503ServiceUnavailable
            );
        }

        return AccountsEndpoints.Json(Answer(choice, options), ViewJson.Default.KiloAnswer);
    }

    // Nobody asks the provider anything unless the user has switched it on.
    private static async Task<IResult> ListAsync(
        HttpContext http,
        KiloChoice choice,
        KiloModels models,
        OptionsSource options
    )
    {
        RequireEnabled(options);
        return await models.FindAsync(http.RequestAborted) is { } known
            ? AccountsEndpoints.Json(KiloModelsAnswer.Of(known, choice.Current), ViewJson.Default.KiloModelsAnswer)
            : Unreachable();
    }

    private static void RequireEnabled(OptionsSource options)
    {
        if (!options.Current.Alternates.KiloEnabled)
        {
            throw new RequestRejectedException(
                ClientError.Forbidden("kilo is switched off; set CODEX_CLAUDE_PROXY_ENABLE_KILO=true to allow it.")
            );
        }
    }

    private static IResult Unreachable() =>
        Refuse("The list of kilo's models could not be had; try again later.", StatusCodes.Status502BadGateway);

    private static IResult Refuse(string reason, int status) =>
        AccountsEndpoints.Json(new Refused(reason), ViewJson.Default.Refused, status);
}
