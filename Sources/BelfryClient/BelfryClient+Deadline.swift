import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

extension BelfryClient {
    /// Runs the work for so long at most: the HTTP client's own deadline ends with the head of the answer.
    static func within<Answer: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw BelfryClientError.timedOut
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
        } catch {
            throw failure(error)
        }
    }

    /// An error of the HTTP client as one of ours.
    static func failure(_ error: any Error) -> any Error {
        if error is BelfryClientError || error is CancellationError || Task.isCancelled { return error }
        if error is NIOConnectionError || isRefusal(error) { return BelfryClientError.unreachable }
        return switch error as? HTTPClientError {
        case .connectTimeout: BelfryClientError.unreachable
        case .deadlineExceeded, .readTimeout: BelfryClientError.timedOut
        case .invalidURL, .emptyHost, .emptyScheme: BelfryClientError.invalidURL
        default: BelfryClientError.connectionLost
        }
    }

    /// Where the URL has an address instead of a name, the system's own error comes through.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let code = (error as? IOError)?.errnoCode else { return false }
        return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(code)
    }
}
