using System.Runtime.InteropServices;
using Tern.Kernels;
using Tern.Model;
using Tern.Training.Compression;
using Tern.Training.Data;
using Tern.Training.Data.Series;
using Tern.Training.Layers;
using Tern.Training.Models;
using Tern.Training.Native;
using Tern.Training.Optimizers;
using Tern.Training.Optimizers.Schedules;
using Tern.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training;

/// <summary>All parts of a run and what is done with them in one step: built from a configuration, and from a checkpoint where it goes on.</summary>
sealed class TrainingRun : IDisposable
{
    readonly EncoderClock encoderClock = new();
    readonly Optimizer optimizer;
    readonly Schedule schedule;
    readonly SoundAugmentation? augmentation;
    readonly Compressor? compressor;
    readonly DisposeScope scope;
    Dictionary<string, TensorData> bestTensors = [];

    /// <summary>Builds everything with initial weights by the configuration's seed.</summary>
    /// <param name="config">Resolved.</param>
    /// <param name="data">The data.</param>
    public TrainingRun(TrainConfig config, Dataset data)
    {
        TorchRuntime.Load(new TorchOptions { Threads = config.Threads, Allocator = config.Allocator });
        manual_seed(config.Seed);
        scope = NewDisposeScope();
        (Config, Data) = (config, data);
        var initial = config.InitialModel.Length > 0 ? Initial(config) : default;
        Task = initial.Spec is { } spec ? new Classification(spec, config, data) : new Classification(config, data);
        (Train, Validation) = (Task.Encode(data.Train), Task.Encode(data.Validation));
        if (config.Data.Series.Augment.Any)
            augmentation = new(config.Data, data.SampleRate, config.Seed);
        Model = new ClassifierModel(config.Model, Task.Input, Task.Labels.Count) { Clock = encoderClock };
        if (config.Model.Vectors.Length > 0)
            VectorsFound = PretrainedVectors.Fill(Model, Task, config.Model);
        if (initial.Spec is not null)
            Model.Import(InitialWeights.Fit(initial.Tensors, Model.Specs(), config.InitialModel));
        optimizer = new Optimizer(Model.DenseParameters, Model.TrainedTables, config.Optimizer);
        StepsPerEpoch = (BatchesPerEpoch + config.Accumulate - 1) / config.Accumulate;
        schedule = new Schedule(config.Optimizer, StepsPerEpoch, config.Epochs);
        if (config.Compression.Any)
            compressor = new(config.Compression, [.. Model.Weights()], config.Epochs, StepsPerEpoch);
        State.Machine = new(data.Fingerprint(), ModelSpec.TernVersion, torch.__version__, Simd.Bits, MatrixProductsChoice.Current.ToString().ToLowerInvariant(), config.Threads);
    }

    public TrainConfig Config { get; }
    public Dataset Data { get; }
    public Classification Task { get; }
    public EncodedExample[] Train { get; }
    public EncodedExample[] Validation { get; }
    public ClassifierModel Model { get; }

    /// <summary>Where the run stands.</summary>
    public TrainState State { get; private set; } = new();

    /// <summary>Words of the vocabulary that had a pretrained vector; null without such vectors.</summary>
    public int? VectorsFound { get; }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => (Train.Length + Config.Batch - 1) / Config.Batch;

    /// <summary>Optimizer steps of an epoch: fewer than batches where gradients are accumulated.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Time in the encoder since the process began.</summary>
    public double EncoderSeconds => encoderClock.Seconds;

    /// <summary>The batches of each optimizer step of an epoch, in the order that the seed gives.</summary>
    public List<int[][]> Batches(int epoch) =>
        [.. Training.Data.Batches.Shuffled(Train, Config.Batch, Seeds.Mix(Config.Seed, "batches", epoch)).Chunk(Config.Accumulate)];

    /// <summary>One optimizer step: forward and backward of its batches, then the update. Returns the sum of the losses of its examples.</summary>
    /// <exception cref="TernException">Loss or gradient is not finite; nothing was updated then.</exception>
    public double Step(int[][] batches)
    {
        Model.train();
        compressor?.Begin(State.Epoch);
        optimizer.ZeroGrad();
        double sum = 0;
        foreach (int[] indices in batches)
            sum += indices.Length * ForwardBackward(indices);
        State.Steps++;
        double norm = optimizer.Step(schedule.LearningRate(State.Steps, State.Epoch), 1.0 / batches.Length);
        if (!double.IsFinite(sum) || !double.IsFinite(norm))
            throw NotFinite(sum);
        compressor?.AfterStep(State.Epoch, State.Steps);
        State.Step++;
        State.LossSum += sum;
        State.Examples += batches.Sum(indices => indices.Length);
        return sum;
    }

    /// <summary>The loss of a batch, whose gradients are added to those that are there.</summary>
    public double ForwardBackward(int[] indices)
    {
        using var step = NewDisposeScope();
        SequenceBatch batch = augmentation is null
            ? Training.Data.Batches.Gather(Train, indices)
            : SequenceBatch.Of(Task.Encode(indices.Length, i => augmentation.Apply((SeriesExample)Data.Train[indices[i]], State.Epoch, indices[i]), i => Train[indices[i]].Classes));
        Tensor loss = Task.Loss(Model.forward(batch), batch);
        loss.backward();
        encoderClock.EndBackward();
        BackwardGuard.ThrowIfFailed();
        return loss.item<float>();
    }

    /// <summary>Validates, records the epoch, and keeps its model where it is the best so far. True where it is.</summary>
    public bool EndEpoch()
    {
        Evaluation validated = Task.Evaluate(Model, Validation);
        var record = new EpochRecord(State.Epoch, State.LossSum / Math.Max(1, State.Examples), validated.Loss, validated.Accuracy, State.EpochSeconds, State.EpochRecurrentSeconds);
        State.Epochs.Add(record);
        schedule.EpochEnded(record.ValidationAccuracy);
        State.Epoch++;
        (State.Step, State.LossSum, State.Examples, State.EpochSeconds, State.EpochRecurrentSeconds) = (0, 0, 0, 0, 0);
        if (compressor is not null && compressor.EndsStage(record.Epoch) && !compressor.IsInLastStage(record.Epoch))
            State.Stages.Add(Stage(record, Test()));
        // a stage begins anew; of equals, the smaller validation loss
        if (State.Best is { } best && IsOfStage(best, record.Epoch) && (record.ValidationAccuracy, -record.ValidationLoss).CompareTo((best.ValidationAccuracy, -best.ValidationLoss)) <= 0)
            return false;
        State.Best = record;
        bestTensors = Model.Export();
        return true;
    }

    /// <summary>
    /// The model that the run begins with, as a stage of its own; where no epoch follows, it is compressed, and the best.
    /// </summary>
    public void EvaluateInitial()
    {
        if (Config.InitialModel.Length == 0 || State.Stages.Count > 0)
            return;
        EpochRecord record = Record();
        State.Stages.Add(Stage(record, Test()) with { Name = "initial" });
        if (Config.Epochs > 0)
            return;
        compressor?.Finish();
        State.Epochs.Add(State.Best = Record());
        bestTensors = Model.Export();

        EpochRecord Record()
        {
            Evaluation validated = Task.Evaluate(Model, Validation);
            return new(0, Task.Evaluate(Model, Train).Loss, validated.Loss, validated.Accuracy, 0, 0);
        }
    }

    /// <summary>Whether the validation accuracy has stood still for too long; the stages before the last run to their end.</summary>
    public bool PatienceIsOver => Config.Patience > 0 && State.Best is { } best && State.Epochs.Count - best.Epoch >= Config.Patience
        && (compressor is null || compressor.IsInLastStage(best.Epoch));

    /// <summary>The stage of compression of an epoch; null without compression.</summary>
    public string? StageName(int epoch) => epoch == 0 ? "untrained" : compressor?.StageName(epoch);

    /// <summary>The present model on the test examples, or the validation examples where there are none.</summary>
    public Evaluation Test() => Task.Evaluate(Model, TestExamples);

    /// <summary>The test examples, or the validation examples where there are none.</summary>
    public EncodedExample[] TestExamples => field ??= Data.Test.Count > 0 ? Task.Encode(Data.Test) : Validation;

    /// <summary>The figures of the present model as a stage.</summary>
    /// <param name="record">Its epoch.</param>
    /// <param name="tested">Its test.</param>
    public StageRecord Stage(EpochRecord record, Evaluation tested)
    {
        ModelTensors tensors = Model.Pack();
        string[] matrices = [.. Model.Weights().Select(weight => weight.Name)];
        return new(StageName(record.Epoch) ?? "", record.Epoch, record.ValidationAccuracy, tested.Accuracy, Model.Weights().Sum(weight => weight.Weight.Trained.numel()),
            compressor?.Kept() ?? 1, ModelTensors.Size(tensors, tensors.Keys).Bytes, ModelTensors.Size(tensors, matrices).Bytes,
            compressor?.AuthorsBytes() ?? matrices.Sum(name => tensors[name].Values.LongLength * sizeof(float)));
    }

    /// <summary>Whether an epoch's model competes with those of another epoch.</summary>
    bool IsOfStage(EpochRecord record, int epoch) => compressor is null || (record.Epoch > 0 && compressor.IsSameStage(record.Epoch, epoch));

    /// <summary>The description of the best epoch's model.</summary>
    public ModelSpec Describe(Dictionary<string, double> metrics) => Task.Describe(Model) with
    {
        Metrics = metrics,
        Training = new()
        {
            Config = ConfigJson.Element(Config),
            Seed = Config.Seed,
            DataFingerprint = State.Machine!.Data,
            Tern = State.Machine.Tern,
            Dotnet = Environment.Version.ToString(),
            Libtorch = State.Machine.Libtorch,
            SimdBits = State.Machine.SimdBits,
            Gemm = State.Machine.Gemm,
            Threads = Config.Threads,
        },
    };

    /// <summary>Gives the model the weights of the best epoch, compressed as the configuration asks where its last stage was reached.</summary>
    public void RestoreBest()
    {
        Model.Import(bestTensors);
        if (compressor is null || State.Best is not { Epoch: > 0 and var epoch })
            return;
        if (compressor.IsInLastStage(epoch))
            compressor.Finish();
        else
            compressor.Begin(epoch);
    }

    /// <summary>Everything that the run needs to go on from here.</summary>
    public Checkpoint Save()
    {
        using Tensor random = get_rng_state();
        State.Random = Convert.ToBase64String([.. random.data<byte>()]);
        State.Schedule = schedule.State;
        IEnumerable<KeyValuePair<string, TensorData>> tensors =
        [
            .. Model.Export().Select(t => KeyValuePair.Create(Checkpoint.Model + t.Key, t.Value)),
            .. bestTensors.Select(t => KeyValuePair.Create(Checkpoint.Best + t.Key, t.Value)),
            .. optimizer.State(),
            .. compressor?.State() ?? [],
        ];
        return new(State, new Dictionary<string, TensorData>(tensors, StringComparer.Ordinal));
    }

    /// <summary>Goes on from a checkpoint; says what makes it go on other than bit for bit, or null.</summary>
    /// <exception cref="TernException">The checkpoint is of another model or of other data.</exception>
    public string? Restore(Checkpoint checkpoint)
    {
        TrainMachine here = State.Machine!, then = checkpoint.State.Machine ?? here;
        if (then.Data != here.Data)
            throw new TernException($"The data is not that of the run (fingerprint {here.Data}, then {then.Data}); bring the files back as they were, or train anew.");
        State = checkpoint.State;
        State.Machine = here;
        Model.Import(checkpoint.Part(Checkpoint.Model));
        bestTensors = checkpoint.Part(Checkpoint.Best);
        optimizer.Restore(State.Steps, checkpoint.Tensors);
        compressor?.Restore(checkpoint.Part(Compressor.Support));
        schedule.State = State.Schedule;
        byte[] random = Convert.FromBase64String(State.Random);
        using (Tensor state = tensor(random, ScalarType.Byte))
            set_rng_state(state);
        return then == here ? null : $"not bit for bit: then {Print(then)}, now {Print(here)}";

        static string Print(TrainMachine m) => $"Tern {m.Tern}, libtorch {m.Libtorch}, {m.SimdBits}-bit kernels, {m.Gemm} products, {m.Threads} threads";
    }

    public void Dispose()
    {
        compressor?.Dispose();
        optimizer.Dispose();
        Model.Dispose();
        Task.Dispose();
        scope.Dispose();
    }

    static (ModelSpec Spec, IReadOnlyDictionary<string, TensorData> Tensors) Initial(TrainConfig config)
    {
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(config.InitialModel);
        return spec.Labels is null || (spec.Text is null && spec.Series is null)
            ? throw new TernException($"initial_model {config.InitialModel} is no classifier (task {spec.Task}); give one that `tern train` has written.")
            : (spec, tensors);
    }

    TernException NotFinite(double loss)
    {
        string where = FormattableString.Invariant($"in epoch {State.Epoch}, step {State.Step + 1} of {StepsPerEpoch}");
        string advice = FormattableString.Invariant($"use a smaller optimizer.learning_rate (now {Config.Optimizer.LearningRate}) or optimizer.clip_norm=1");
        return optimizer.FirstNonFinite() is (string name, double norm)
            ? new(FormattableString.Invariant($"The loss is {loss} {where}: the gradient of {name} has norm {norm}; {advice}."))
            : new(FormattableString.Invariant($"The loss is {loss} {where}; {advice}."));
    }
}
