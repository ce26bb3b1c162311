// libtorch's random source and its number of threads belong to the process: tests that run at once would draw from the
// same seed and change each other's results.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
