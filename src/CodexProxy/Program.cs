using CodexProxy.Commands;
using CodexProxy.Options;

return await CommandLine.RunAsync(
    args,
    Terminal.OfProcess(),
    OptionInputs.OfProcess,
    GatewaySurroundings.Real,
    CancellationToken.None
);
