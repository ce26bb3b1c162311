namespace Tern;

/// <summary>
/// Bad input or wrong use, told in one line: what, the value, what was expected and what to do. Programs print the
/// message without a stack trace and exit with code 2.
/// </summary>
public sealed class TernException(string message) : Exception(message);
