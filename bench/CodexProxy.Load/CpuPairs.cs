namespace CodexProxy.Load;

/// <summary>Processor times of gateway and forwarder under the same load, in pairs measured next to each other.</summary>
/// <param name="deltas">Deltas of each stream.</param>
/// <param name="requests">Requests of each measurement.</param>
internal sealed class CpuPairs(int deltas, int requests)
{
    private readonly List<(double Gateway, double Forwarder)> _pairs = [];

    /// <summary>Deltas of each stream.</summary>
    public int Deltas { get; } = deltas;

    /// <summary>Gateway over forwarder of the last pair.</summary>
    public double LastRatio => _pairs[^1].Gateway / _pairs[^1].Forwarder;

    /// <summary>Gateway over forwarder.</summary>
    public Spread Ratio => Spread.Of(_pairs.Select(pair => pair.Gateway / pair.Forwarder));

    /// <summary>Milliseconds of the gateway per request, as the median.</summary>
    public double GatewayPerRequest => Spread.Of(_pairs.Select(pair => pair.Gateway)).Median;

    /// <summary>Milliseconds of the forwarder per request, as the median.</summary>
    public double ForwarderPerRequest => Spread.Of(_pairs.Select(pair => pair.Forwarder)).Median;

    /// <summary>Adds one pair.</summary>
    public void Add(TimeSpan gateway, TimeSpan forwarder) =>
        _pairs.Add((gateway.TotalMilliseconds / requests, forwarder.TotalMilliseconds / requests));
}
