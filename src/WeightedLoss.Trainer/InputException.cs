namespace WeightedLoss.Trainer;

/// <summary>Something that the user gave is wrong; the message is one line and says what and where.</summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
