using CodexProxy.Keys;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>A request for a model from the moment it came in, so that it leaves a record even if it is refused at the door.</summary>
/// <param name="http">The request, or the connection it came over.</param>
/// <param name="face">Protocol of the client.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Arrival(HttpContext http, RequestFace face, TimeProvider timeProvider)
{
    /// <summary>Protocol of the client.</summary>
    public RequestFace Face => face;

    /// <summary>Time stamp of its arrival.</summary>
    public long Stamp { get; } = timeProvider.GetTimestamp();

    /// <summary>Model that was asked for; <c>""</c> while the request is not read.</summary>
    public string Model { get; set; } = "";

    /// <summary>Session of the client, where it is known.</summary>
    public string? Session { get; set; }

    /// <summary>Sub-agent of the client, where it is known.</summary>
    public string? Agent { get; set; }

    /// <summary>Its bodies, while they are recorded.</summary>
    public BodyRecording? Recording { get; set; }

    /// <summary>Whether it has its record.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Hands the request to the relay, which leaves the record.</summary>
    /// <exception cref="RequestRejectedException">The key it came with does not let it through.</exception>
    public RelayedRequest Hand(TranslatedRequest translated)
    {
        var context = translated.Context;
        Admit(key => key.Allows(context.RequestedModel, context.Model.Slug));
        IsRecorded = true;
        return new RelayedRequest(translated, Stamp, Recording);
    }

    /// <summary>Lets a request through that is passed on as it is.</summary>
    /// <param name="models">Every model that it may be read to ask for.</param>
    /// <exception cref="RequestRejectedException">The key it came with does not let it through.</exception>
    public void AdmitAsItIs(IReadOnlyList<string> models) =>
        Admit(key => key.Models.Count == 0 || (models.Count > 0 && models.All(model => key.Allows(model, model))));

    private void Admit(Predicate<NamedKey> allows) => KeyGate.Admit(http, allows);

    /// <summary>Notes that a request has come in.</summary>
    public static Arrival Begin(HttpContext http, RequestFace face, TimeProvider timeProvider)
    {
        var arrival = new Arrival(http, face, timeProvider);
        http.Features.Set(arrival);
        return arrival;
    }

    /// <summary>The request that came in here; null when it is none for a model, or has its record.</summary>
    public static Arrival? Unrecorded(HttpContext http) =>
        http.Features.Get<Arrival>() is { IsRecorded: false } arrival ? arrival : null;
}
