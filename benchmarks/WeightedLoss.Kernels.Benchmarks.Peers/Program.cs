using WeightedLoss.Benchmarks.Peers;

return WeightedLoss.Benchmarks.Program.Run(args, [new LibTorchPackage(), new MlNetPackage()]);
