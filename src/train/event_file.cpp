// The format: tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>

#include "cudal1/core/error.h"
#include "cudal1/train/metrics.h"

namespace cudal1::train {
namespace {

constexpr std::array<uint32_t, 256> crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0x82f63b78u : 0u);
    table[i] = value;
  }
  return table;
}

// CRC-32C (Castagnoli), rotated and offset so that a checksum of checksums is none.
uint32_t masked_crc(std::string_view bytes) {
  static constexpr auto kTable = crc_table();
  uint32_t crc = 0xffffffffu;
  for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ uint8_t(byte)) & 0xff];
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

template <typename T>
std::string little_endian(T value) {
  static_assert(std::endian::native == std::endian::little);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// ---- protocol buffers ----
std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += char(value | 0x80);
  return bytes + char(value);
}
std::string key(uint32_t field, uint32_t wire_type) { return varint(field << 3 | wire_type); }
std::string fixed64(uint32_t field, double value) { return key(field, 1) + little_endian(value); }
std::string fixed32(uint32_t field, float value) { return key(field, 5) + little_endian(value); }
std::string integer(uint32_t field, int64_t value) {
  return key(field, 0) + varint(uint64_t(value));
}
std::string bytes(uint32_t field, const std::string& value) {
  return key(field, 2) + varint(value.size()) + value;
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string name_of_file() {
  return "events.out.tfevents." + std::to_string(int64_t(now())) + "." + std::to_string(::getpid());
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& folder)
    : stream_(folder / name_of_file(), std::ios::binary) {
  record(fixed64(1, now()) + bytes(3, "brain.Event:2"));  // wall_time, file_version
}

void EventFile::write(int64_t step, double wall_seconds,
                      const std::map<std::string, double>& figures) {
  std::string summary;
  for (const auto& [name, value] : figures)
    summary += bytes(1, bytes(1, name) + fixed32(2, float(value)));  // value: tag, simple_value
  record(fixed64(1, wall_seconds) + integer(2, step) + bytes(5, summary));
}

void EventFile::record(const std::string& event) {
  const std::string length = little_endian(uint64_t(event.size()));
  stream_ << length << little_endian(masked_crc(length)) << event
          << little_endian(masked_crc(event)) << std::flush;
  if (!stream_) throw OutputError("cannot write TensorBoard's event file", "Is the disk full?");
}

}  // namespace cudal1::train
