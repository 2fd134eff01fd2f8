// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <set>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/conversations.h"
#include "core/data/json_lines.h"
#include "core/data/python_random.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string whole;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) whole += "\n\n";
    whole += texts[i];
  }
  return whole;
}

std::string wikitext_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline == std::string_view::npos ? newline : newline + 1);
    lines.emplace_back(leading_white_space(line) == line.size() ? std::string_view() : line);
    text.remove_prefix(line.size());
  }
  return joined(lines);
}

std::vector<std::string> json_documents(const fs::path& file, const std::string& field) {
  if (field.empty()) {
    throw Error(ErrorCode::invalid_parameter, "The format jsonl needs a field", file.string(),
                "each line may hold several texts", "Set field to the key of the text, for example \"text\".");
  }
  std::vector<std::string> documents;
  for_each_json_line(file, [&](const Json& object, const std::string& where) {
    documents.push_back(text_member(object, field, where));
  });
  return documents;
}

[[noreturn]] void bad_parameter(const std::string& name, const std::string& value, const std::string& allowed) {
  throw Error(ErrorCode::invalid_parameter, "The parameter " + name + " cannot be \"" + value + "\"", "text",
              "allowed is " + allowed);
}

bool is_packed(const TextRequest& request) { return request.sampling == "packed" || request.sampling == "packed-random"; }

void check(const TextRequest& request) {
  if (request.samples < 1) bad_parameter("samples", std::to_string(request.samples), "1 or more");
  if (request.length < 1) bad_parameter("length", std::to_string(request.length), "1 or more");
  if (request.sampling != "sequential" && request.sampling != "random" && request.sampling != "published" && !is_packed(request))
    bad_parameter("sampling", request.sampling, "sequential, random, published, packed or packed-random");
  if (request.sampling == "published" && request.seed < 0) bad_parameter("seed", std::to_string(request.seed), "0 or more");
}

// Uniform in [0, count): std::uniform_int_distribution differs between standard libraries. Draws from the incomplete
// last multiple of `count` are drawn again.
std::uint64_t draw(std::mt19937_64& generator, std::uint64_t count) {
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / count * count;
  std::uint64_t value = generator();
  while (value >= limit) value = generator();
  return value % count;
}

std::vector<std::size_t> window_starts(const TextRequest& request, std::size_t tokens, std::size_t windows) {
  std::mt19937_64 generator(static_cast<std::uint64_t>(request.seed));
  const auto length = static_cast<std::size_t>(request.length);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < windows; ++i) {
    starts.push_back(request.sampling == "random" ? draw(generator, tokens - length + 1) : i * length);
  }
  return starts;
}

[[noreturn]] void too_short(const TextRequest& request, const fs::path& base, const std::string& why) {
  throw Error(ErrorCode::invalid_data, "The text is shorter than one window", resolve_path(request.path, base).string(), why,
              "Use a longer text or a smaller length.");
}

std::vector<std::string> documents_of(const TextRequest& request, const Tokenizer& tokenizer, const fs::path& base) {
  if (request.format == "chat") return load_conversations(resolve_path(request.path, base), tokenizer);
  return load_documents(request.path, request.format, request.field, base);
}

// With the special tokens that the tokenizer puts in; a chat template may have written them.
std::vector<std::int32_t> document_ids(const TextRequest& request, const Tokenizer& tokenizer, const std::string& document) {
  return request.format == "chat" ? encode_chat(tokenizer, document) : tokenizer.encode(document, /*add_special=*/true);
}

// Tokens of the whole text.
std::vector<std::int32_t> text_ids(const TextRequest& request, const Tokenizer& tokenizer, const std::vector<std::string>& documents, const std::string& text) {
  if (request.format != "chat") return tokenizer.encode(text);
  std::vector<std::int32_t> ids;
  for (const std::string& document : documents) {
    const std::vector<std::int32_t> more = document_ids(request, tokenizer, document);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  return ids;
}

// Each place once: in order, or each from those that are left (Fisher and Yates).
std::vector<std::size_t> packing_order(const TextRequest& request, std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (request.sampling == "packed") return order;
  std::mt19937_64 generator(static_cast<std::uint64_t>(request.seed));
  for (std::size_t i = 0; i + 1 < count; ++i) std::swap(order[i], order[i + draw(generator, count - i)]);
  return order;
}

// As many tokens as the windows take, or all there are.
std::vector<std::int32_t> packed_ids(const TextRequest& request, const Tokenizer& tokenizer, const std::vector<std::string>& documents) {
  const std::int64_t end = tokenizer.data().eos;
  if (end < 0)
    throw Error(ErrorCode::unsupported, "The tokenizer has no end token", tokenizer.data().origin,
                "sampling is " + request.sampling + ", which puts it between two samples", "Use another sampling.");
  std::vector<std::int32_t> ids;
  for (const std::size_t i : packing_order(request, documents.size())) {
    if (static_cast<std::int64_t>(ids.size()) / request.length >= request.samples) break;
    if (documents[i].empty()) continue;
    const std::vector<std::int32_t> more = document_ids(request, tokenizer, documents[i]);
    if (!ids.empty() && ids.back() != end) ids.push_back(static_cast<std::int32_t>(end));
    ids.insert(ids.end(), more.begin(), more.end());
  }
  return ids;
}

// Windows as the code of GPTQ, SparseGPT and Wanda draws them: a document at random until one is longer than a window
// (the strict comparison of the latter two), then a start that leaves at least one token behind the window.
std::vector<std::vector<std::int32_t>> published_windows(const TextRequest& request, const Tokenizer& tokenizer,
                                                         const std::vector<std::string>& documents, const fs::path& base) {
  PythonRandom random(static_cast<std::uint64_t>(request.seed));
  std::vector<std::vector<std::int32_t>> windows;
  std::set<std::int64_t> short_ones;
  std::vector<std::int32_t> whole;   // of a text that is one document
  while (static_cast<std::int64_t>(windows.size()) < request.samples) {
    std::vector<std::int32_t> drawn;
    // Code for one text has no draw for the document.
    const std::int64_t index = documents.size() == 1 ? 0 : random.randint(0, static_cast<std::int64_t>(documents.size()) - 1);
    if (documents.size() > 1) {
      if (!short_ones.contains(index)) drawn = document_ids(request, tokenizer, documents[static_cast<std::size_t>(index)]);
    } else if (whole.empty()) {
      whole = document_ids(request, tokenizer, documents.front());
    }
    const std::vector<std::int32_t>& ids = documents.size() > 1 ? drawn : whole;
    const auto tokens = static_cast<std::int64_t>(ids.size());
    if (tokens <= request.length) {
      short_ones.insert(index);
      if (short_ones.size() == documents.size())
        too_short(request, base, "no document has more than " + std::to_string(request.length) + " tokens");
      continue;
    }
    const auto first = ids.begin() + random.randint(0, tokens - request.length - 1);
    windows.emplace_back(first, first + request.length);
  }
  return windows;
}

}  // namespace

std::vector<std::string> load_documents(const std::string& path, const std::string& format, const std::string& field,
                                        const fs::path& base) {
  const fs::path file = resolve_path(path, base);
  if (format == "plain") return {read_text_file(file)};
  if (format == "wikitext-lines") return {wikitext_lines(read_text_file(file))};
  if (format == "jsonl") return json_documents(file, field);
  bad_parameter("format", format, "plain, wikitext-lines or jsonl");
}

std::string load_text(const std::string& path, const std::string& format, const std::string& field,
                      const fs::path& base) {
  return joined(load_documents(path, format, field, base));
}

TokenWindows calibration_windows(const TextRequest& request, const Tokenizer& tokenizer, const fs::path& base) {
  check(request);
  const std::vector<std::string> documents = documents_of(request, tokenizer, base);
  const std::string text = joined(documents);
  TokenWindows result;
  result.text_sha256 = "sha256:" + sha256_hex(text);
  if (request.sampling == "published") {
    if (documents.empty()) too_short(request, base, "it has no document");
    result.windows = published_windows(request, tokenizer, documents, base);
    return result;
  }
  const bool packed = is_packed(request);
  const std::vector<std::int32_t> ids = packed ? packed_ids(request, tokenizer, documents) : text_ids(request, tokenizer, documents, text);
  if (!packed) result.total_tokens = static_cast<std::int64_t>(ids.size());
  const std::int64_t room = static_cast<std::int64_t>(ids.size()) / request.length;
  if (room == 0) {
    too_short(request, base, "it has " + std::to_string(ids.size()) + " tokens, a window has " + std::to_string(request.length));
  }
  if (room < request.samples) {
    result.warnings.push_back("The text gives " + std::to_string(room) + " windows of " +
                              std::to_string(request.length) + " tokens; " + std::to_string(request.samples) +
                              " were asked for.");
  }
  const auto windows = static_cast<std::size_t>(std::min(room, request.samples));
  for (const std::size_t start : window_starts(request, ids.size(), windows)) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(start);
    result.windows.emplace_back(first, first + static_cast<std::ptrdiff_t>(request.length));
  }
  return result;
}

}  // namespace kelter
