using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>One translated request on its way through the gateway.</summary>
/// <param name="Translated">Upstream body and what the way back needs.</param>
/// <param name="Arrived">Time stamp of its arrival, by the gateway's time provider.</param>
/// <param name="Recording">Its bodies, while they are recorded.</param>
internal sealed record RelayedRequest(TranslatedRequest Translated, long Arrived, BodyRecording? Recording = null);
