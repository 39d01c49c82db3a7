"""A server as OpenAI has them, for generate_e2e_test.cpp: answers with what it was asked.

openai_server.py PORT_FILE: listens on a free port of this machine and writes its number to PORT_FILE. The model "busy" is
busy the first time, "refusing" refuses and says the key that it was given.
"""
import http.server
import json
import pathlib
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    busy = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["model"] == "refusing":
            return self.answer(401, {"error": {"message": f'no such key: {self.headers["Authorization"]}'}})
        if asked["model"] == "busy" and Handler.busy:
            Handler.busy = False
            return self.answer(503, {"error": {"message": "loading"}}, {"Retry-After": "1"})
        chat = self.path == "/v1/chat/completions"
        self.answer(200, {"choices": [self.choice(asked, chat, number) for number in range(asked.get("n", 1))]})

    def choice(self, asked, chat, number):
        prompt = " | ".join(message["content"] for message in asked["messages"]) if chat else asked["prompt"]
        text = f'{prompt.strip()} -> {asked.get("seed", "no seed")} {number}'
        if chat:
            return {"index": number, "message": {"role": "assistant", "content": text}, "finish_reason": "stop",
                    "logprobs": {"content": [{"token": "a", "logprob": -0.25}, {"token": "b", "logprob": -1}]}}
        return {"index": number, "text": text, "finish_reason": "length", "logprobs": {"token_logprobs": [-2]}}

    def answer(self, status, body, headers={}):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
port_file = pathlib.Path(sys.argv[1])
port_file.with_suffix(".new").write_text(str(server.server_port))
port_file.with_suffix(".new").rename(port_file)
server.serve_forever()
