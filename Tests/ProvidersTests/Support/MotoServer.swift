import Foundation
import Notifications
import Outbound
import TestSupport
import Testing

/// `moto`: SES and SNS, of one account that checks signatures. It prints every message that it takes.
struct MotoServer {
    let url: ServiceURL
    let accessKeyId: String
    let secretAccessKey: String
    private let server: ForeignPeer

    static func run(_ body: (MotoServer) async throws -> Void) async throws {
        try await ForeignPeer.python(script, []) { server in
            try await eventually(within: .seconds(30), "moto has an account") { !server.lines.isEmpty }
            let account = try JSON(parsing: server.lines[0])
            try await body(
                MotoServer(
                    url: ServiceURL("http://127.0.0.1:\(server.port)"),
                    accessKeyId: try #require(account["AccessKeyId"]?.string),
                    secretAccessKey: try #require(account["SecretAccessKey"]?.string), server: server))
        }
    }

    /// What it took, when it has taken so many.
    func messages(_ count: Int) async throws -> [JSON] {
        try await eventually("moto took \(count) messages") { server.lines.count > count }
        return try server.lines.dropFirst().map { try JSON(parsing: $0) }
    }

    private static let script = #"""
        import inspect, json, logging, os, sys
        os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        import boto3, moto.ses.models, moto.sns.models
        from moto.server import ThreadedMotoServer

        def show(backend, method, *names):
            original = getattr(backend, method)
            def shown(self, *args, **kwargs):
                result = original(self, *args, **kwargs)
                id = result if isinstance(result, str) else result.id
                given = inspect.signature(original).bind(self, *args, **kwargs).arguments
                print(json.dumps({"id": id, **{name: given[name] for name in names}}, default=str), flush=True)
                return result
            setattr(backend, method, shown)

        show(moto.ses.models.SESBackend, "send_raw_email", "source", "destinations", "raw_data")
        show(moto.sns.models.SNSBackend, "publish", "phone_number", "message", "message_attributes")
        port = int(sys.argv[1])
        ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False).start()

        def client(service):
            return boto3.client(service, region_name="eu-north-1", endpoint_url=f"http://127.0.0.1:{port}",
                aws_access_key_id="first", aws_secret_access_key="first")

        allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        iam = client("iam")
        iam.create_user(UserName="belfry")
        iam.put_user_policy(UserName="belfry", PolicyName="all", PolicyDocument=json.dumps(allowed))
        key = iam.create_access_key(UserName="belfry")["AccessKey"]
        client("ses").verify_email_identity(EmailAddress="no-reply@example.com")
        print(json.dumps({name: key[name] for name in ("AccessKeyId", "SecretAccessKey")}), flush=True)
        import threading
        threading.Event().wait()
        """#
}
