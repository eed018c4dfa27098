using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>A request for a model from the moment it came in, so that it leaves a record even if it is refused at the door.</summary>
/// <param name="face">Protocol of the client.</param>
/// <param name="stamp">Time stamp of its arrival.</param>
internal sealed class Arrival(RequestFace face, long stamp)
{
    /// <summary>Protocol of the client.</summary>
    public RequestFace Face => face;

    /// <summary>Time stamp of its arrival.</summary>
    public long Stamp => stamp;

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
    public RelayedRequest Hand(TranslatedRequest translated)
    {
        IsRecorded = true;
        return new RelayedRequest(translated, stamp, Recording);
    }

    /// <summary>Notes that a request has come in.</summary>
    public static Arrival Begin(HttpContext http, RequestFace face, TimeProvider timeProvider)
    {
        var arrival = new Arrival(face, timeProvider.GetTimestamp());
        http.Features.Set(arrival);
        return arrival;
    }

    /// <summary>The request that came in here; null when it is none for a model, or has its record.</summary>
    public static Arrival? Unrecorded(HttpContext http) =>
        http.Features.Get<Arrival>() is { IsRecorded: false } arrival ? arrival : null;
}
