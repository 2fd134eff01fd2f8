// SPDX-License-Identifier: GPL-3.0-or-later
// GET requests through libcurl: https unless http is allowed, few redirects, time limits, ranges, cancellable. Knows no
// hub and tries nothing twice. A client keeps its connections; one thread at a time, any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace kelter {

// A transfer that failed for a reason outside of this program.
class TransferError : public Error {
 public:
  TransferError(const ErrorInfo& info, bool may_pass, double wait_seconds = 0)
      : Error(info), may_pass_(may_pass), wait_seconds_(wait_seconds) {}
  bool may_pass() const { return may_pass_; }            // the same request may succeed a moment later
  double wait_seconds() const { return wait_seconds_; }  // what the server asked for; 0: nothing

 private:
  bool may_pass_;
  double wait_seconds_;
};

struct HttpRequest {
  std::string url;
  std::string token = {};  // "Authorization: Bearer" for the host of `url` alone, never after a redirect to another one
  std::uint64_t offset = 0;   // bytes; above 0 only the rest from there is asked for
  std::string if_range = {};  // ETag: the rest only if it is still that file, else all of it
};

// The last answer, behind all redirects. Texts are the server's own: not to be trusted.
struct HttpAnswer {
  int status = 0;
  std::optional<std::uint64_t> bytes;  // announced length of the body
  std::string etag, content_range, error_code, error_message;
  double retry_after = 0;  // seconds
  bool success() const { return status >= 200 && status < 300; }
};

struct HttpLimits {
  bool plain_http = false;  // http is allowed besides https, also in redirects
  int redirects = 8;
  int connect_seconds = 30;
  int stall_seconds = 30;  // slower than 1000 bytes a second for so long: the transfer is given up
};

class HttpClient {
 public:
  // `poll` is called at least once a second while a transfer runs; what it throws ends the transfer and passes through.
  HttpClient(const HttpLimits& limits, std::function<void()> poll);

  // For a successful answer `begin`, once, then `piece` for every part of the body; what they throw passes through too.
  // Other answers are returned without their bodies. Throws TransferError where there is no complete answer.
  using Begin = std::function<void(const HttpAnswer&)>;
  using Piece = std::function<void(std::string_view)>;
  HttpAnswer get(const HttpRequest& request, const Begin& begin, const Piece& piece);

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  HttpLimits limits_;
  std::function<void()> poll_;
  std::unique_ptr<void, Close> handle_;  // libcurl's easy handle
};

// An address given by the user, without a slash at its end. Error(invalid_parameter) unless it is
// http(s)://HOST[:PORT][/PATH].
std::string checked_address(const std::string& url);

// One part of a path, or all of a path with its slashes kept, as it stands in an URL.
std::string url_part(const std::string& text);
std::string url_path(const std::string& path);

}  // namespace kelter
