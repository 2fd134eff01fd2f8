// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/generation.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "core/formats/compute_device.h"
#include "core/formats/dense_weight.h"
#include "core/model/generate.h"
#include "core/model/utf8.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"
#include "core/run/undisturbed.h"

namespace kelter {
namespace {

constexpr std::size_t models_kept = 2;
constexpr std::size_t longest_character = 4;
constexpr char32_t replacement = 0xFFFD;

// Tells a file that was written again, whatever its name; of a folder, its description.
std::string stamp_of(const fs::path& path) {
  struct stat status {};
  const fs::path file = fs::is_directory(path) ? path / "kelter.json" : path;
  if (::stat(file.c_str(), &status) != 0) return path.string();
  std::string stamp = path.string();
  for (const auto part : {static_cast<long long>(status.st_dev), static_cast<long long>(status.st_ino),
                          static_cast<long long>(status.st_size), static_cast<long long>(status.st_mtim.tv_sec),
                          static_cast<long long>(status.st_mtim.tv_nsec)}) {
    stamp += ":" + std::to_string(part);
  }
  return stamp;
}

// Whether more bytes could make a character of what is there: a lead byte and continuations, too few of them.
bool may_become_whole(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0xC2 || lead > 0xF4) return false;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (bytes.size() >= length) return false;
  // Filled up with the two ends of what may follow: overlong forms and surrogates fail with both.
  for (const char fill : {'\x80', '\xBF'}) {
    std::string filled(bytes);
    filled.resize(length, fill);
    if (code_point_at(filled, 0).length == length) return true;
  }
  return false;
}

void stop_if(const CancelFlag& cancel) {
  if (cancel.requested()) throw Error(ErrorCode::cancelled, "The text was stopped");
}

}  // namespace

const ModelState& OpenModels::open(const fs::path& path) {
  const std::string stamp = stamp_of(path);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.stamp == stamp; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    if (entries_.size() >= models_kept) entries_.pop_back();   // before the next one takes memory
    entries_.push_front({stamp, open_model(path)});
  }
  return entries_.front().state;
}

std::string WholeCharacters::add(const std::string& bytes) {
  waiting_ += bytes;
  std::string text;
  std::size_t at = 0;
  while (at < waiting_.size()) {
    const std::size_t end = valid_utf8_end(waiting_, at);
    text.append(waiting_, at, end - at);
    at = end;
    if (at == waiting_.size()) break;
    const std::string_view left = std::string_view(waiting_).substr(at, longest_character);
    if (may_become_whole(left)) break;
    append_utf8(text, replacement);
    ++at;
  }
  waiting_.erase(0, at);
  return text;
}

std::string WholeCharacters::rest() {
  std::string text;
  if (!waiting_.empty()) append_utf8(text, replacement);
  waiting_.clear();
  return text;
}

GenerationFinished run_generation(const GenerateRequest& request, OpenModels& models, const CancelFlag& cancel,
                                  const std::function<void(const TokenWritten&)>& send) {
  stop_if(cancel);
  const Undisturbed undisturbed;
  own_torch(request.settings.threads > 0 ? request.settings.threads : default_threads());
  const ModelState& model = models.open(resolve_model(request.model, request.folder));
  const Tokenizer& tokenizer = model.text_tokenizer();
  const std::vector<std::int32_t> prompt = tokenizer.encode(request.prompt, true);
  if (prompt.empty()) {
    throw Error(ErrorCode::invalid_data, "The prompt is empty", {}, "there is nothing to continue", "Write at least a word.");
  }
  const at::Device device = parse_device(request.settings.device);
  const std::string dtype = request.settings.dtype.empty() ? default_dtype(device) : request.settings.dtype;
  WholeCharacters characters;
  TokenWritten token{request.id, {}, 0, 0};
  std::chrono::steady_clock::time_point first;
  const auto each = [&](std::int32_t id) {
    stop_if(cancel);
    const auto now = std::chrono::steady_clock::now();
    if (++token.count == 1) first = now;
    token.decode_seconds = std::chrono::duration<double>(now - first).count();
    token.text = characters.add(tokenizer.token_bytes(id));
    send(token);
  };
  const GenerateOptions options{request.max_tokens, request.temperature, static_cast<std::uint64_t>(request.seed), true, device};
  const Generated generated = generate(model, dtype_from_name(dtype), prompt, options, each);
  if (token.text = characters.rest(); !token.text.empty()) send(token);
  const auto written = static_cast<std::int64_t>(generated.ids.size());
  return {request.id, static_cast<std::int64_t>(prompt.size()), written, generated.prefill_seconds,
          generated.decode_seconds, written < request.max_tokens};
}

}  // namespace kelter
