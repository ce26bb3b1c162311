namespace Tern.Training.Compression;

/// <summary>What a stage of compression has left: the model of its last epoch, in the last stage of the best one.</summary>
/// <param name="Name">The stage; "initial" for the model that the run began with.</param>
/// <param name="Epochs">Epochs of the run up to the stage's end.</param>
/// <param name="ValidationAccuracy">0 to 1.</param>
/// <param name="TestAccuracy">0 to 1; of the validation examples where there are no test examples.</param>
/// <param name="Parameters">Trained values of the matrices that are compressed.</param>
/// <param name="Kept">Share of weights that are not pruned, of those that may be; 1 before any was.</param>
/// <param name="Bytes">Bytes that the model file's numbers take: values, scales, indices, vectors; an embedding included.</param>
/// <param name="MatrixBytes">Of them those of the recurrent layers' and the head's matrices.</param>
/// <param name="AuthorsBytes">Those of the matrices as the authors of FastGRNN count them (<see cref="AuthorsSize"/>).</param>
public sealed record StageRecord(string Name, int Epochs, double ValidationAccuracy, double TestAccuracy, long Parameters, double Kept, long Bytes, long MatrixBytes, long AuthorsBytes);
