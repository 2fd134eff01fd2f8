// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/base/units.h"
#include "core/base/version.h"

namespace kelter {
namespace {

constexpr long stall_bytes_per_second = 1000;

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// Once in the program; libcurl needs it before its first handle.
void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK)
    throw Error(ErrorCode::internal, "The network library cannot be started", "libcurl", curl_easy_strerror(started));
}

std::string header(CURL* curl, const char* name) {
  curl_header* found = nullptr;
  return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

template <typename Value>
Value info(CURL* curl, CURLINFO which) {
  Value value = 0;
  curl_easy_getinfo(curl, which, &value);
  return value;
}

HttpAnswer read_answer(CURL* curl) {
  HttpAnswer answer;
  answer.status = static_cast<int>(info<long>(curl, CURLINFO_RESPONSE_CODE));
  const auto bytes = info<curl_off_t>(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (bytes >= 0) answer.bytes = static_cast<std::uint64_t>(bytes);
  answer.etag = header(curl, "ETag");
  answer.content_range = header(curl, "Content-Range");
  answer.error_code = header(curl, "X-Error-Code");
  answer.error_message = header(curl, "X-Error-Message");
  answer.retry_after = static_cast<double>(info<curl_off_t>(curl, CURLINFO_RETRY_AFTER));
  return answer;
}

// A transfer as libcurl's callbacks see it. Exceptions must not pass through libcurl: they wait here.
struct Transfer {
  CURL* curl;
  const HttpClient::Begin& begin;
  const HttpClient::Piece& piece;
  const std::function<void()>& poll;
  bool begun = false;
  bool success = false;
  std::exception_ptr failure = nullptr;

  template <typename Action>
  bool guarded(const Action& action) noexcept {
    try {
      if (!failure) action();
    } catch (...) {
      failure = std::current_exception();
    }
    return !failure;
  }
  void begin_once() {
    if (std::exchange(begun, true)) return;
    const HttpAnswer answer = read_answer(curl);
    success = answer.success();
    if (success) begin(answer);
  }
};

std::size_t on_body(char* data, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const bool taken = transfer.guarded([&] {
    transfer.begin_once();
    if (transfer.success) transfer.piece({data, count});
  });
  return taken ? count : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  return transfer.guarded(transfer.poll) ? 0 : 1;
}

bool may_pass(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OUT_OF_MEMORY:
      return false;
    default:
      return true;
  }
}

std::string remedy(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "Only https is followed, and http where the hub's own address begins with it.";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "Check the clock, and that the package ca-certificates is installed.";
    default:
      return "Check the network, the proxy settings and the address, and run the same command again.";
  }
}

HeaderList request_headers(const HttpRequest& request) {
  HeaderList headers(nullptr, curl_slist_free_all);
  if (request.offset > 0 && !request.if_range.empty())
    headers.reset(curl_slist_append(nullptr, ("If-Range: " + request.if_range).c_str()));
  return headers;
}

void set_limits(CURL* curl, const HttpLimits& limits) {
  const char* protocols = limits.plain_http ? "http,https" : "https";
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(limits.redirects));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, stall_bytes_per_second);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall_seconds));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);    // no SIGALRM: other threads live in this process
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a cancelled transfer does not wait for the name resolver
}

void set_request(CURL* curl, const HttpRequest& request) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, (std::string("kelter/") + version).c_str());
  if (request.offset > 0) curl_easy_setopt(curl, CURLOPT_RANGE, (std::to_string(request.offset) + "-").c_str());
  if (request.token.empty()) return;
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);  // which libcurl keeps from other hosts
  curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, request.token.c_str());
}

void set_callbacks(CURL* curl, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

}  // namespace

void HttpClient::Close::operator()(void* handle) const { curl_easy_cleanup(handle); }

HttpClient::HttpClient(const HttpLimits& limits, std::function<void()> poll) : limits_(limits), poll_(std::move(poll)) {
  start_curl();
  handle_.reset(curl_easy_init());
  if (!handle_) throw Error(ErrorCode::out_of_memory, "The network library has no handle", "libcurl");
}

HttpAnswer HttpClient::get(const HttpRequest& request, const Begin& begin, const Piece& piece) {
  CURL* curl = handle_.get();
  curl_easy_reset(curl);  // keeps connections
  std::array<char, CURL_ERROR_SIZE> message{};
  Transfer transfer{curl, begin, piece, poll_};
  const HeaderList headers = request_headers(request);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message.data());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  set_limits(curl, limits_);
  set_request(curl, request);
  set_callbacks(curl, transfer);
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_OK) transfer.guarded([&] { transfer.begin_once(); });  // a body without bytes
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (code == CURLE_OK) return read_answer(curl);
  const std::string why = message[0] != '\0' ? message.data() : curl_easy_strerror(code);
  throw TransferError(
      {ErrorCode::file_unreadable, "The transfer failed", request.url, printable(why, 200), remedy(code)},
      may_pass(code));
}

std::string checked_address(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    const bool there = curl_url_get(parsed.get(), which, &text, 0) == CURLUE_OK;
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
    return there ? std::string(text) : std::string();
  };
  const bool readable = parsed && curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  const std::string scheme = readable ? part(CURLUPART_SCHEME) : "";
  bool plain = (scheme == "https" || scheme == "http") && !part(CURLUPART_HOST).empty();
  for (const CURLUPart more : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    plain = plain && part(more).empty();
  if (!plain) {
    throw Error(ErrorCode::invalid_parameter, "The hub's address cannot be used", "",
                "it is not of the form https://HOST[:PORT][/PATH]",
                "Correct --hub or HF_ENDPOINT; a token goes into HF_TOKEN.");
  }
  std::string address = part(CURLUPART_URL);
  while (address.ends_with('/'))
    address.pop_back();
  return address;
}

std::string url_part(const std::string& text) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), curl_free);
  return escaped ? escaped.get() : "";
}

std::string url_path(const std::string& path) {
  std::string out;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    out += (start == 0 ? "" : "/") + url_part(path.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

}  // namespace kelter
