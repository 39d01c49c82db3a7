// Layout of the reserved range, g = granularity (2 MiB on the GPUs seen):
//   [ g unmapped | mapped, a multiple of g, the buffer at its end | g unmapped ]
#include <utility>

#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {
namespace {

// What vector loads need; the buffer's last 0 to 15 bytes past `bytes` stay writable.
constexpr size_t kAlignment = 16;

size_t round_up(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

CUmemAllocationProp properties(const Context& context) {
  CUmemAllocationProp properties{};
  properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
  properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  properties.location.id = context.info().ordinal;
  return properties;
}

}  // namespace

Result<GuardedBuffer, DriverFault> GuardedBuffer::allocate(const Context& context, size_t bytes) {
  const CUmemAllocationProp wanted = properties(context);
  size_t granule = 0;
  const CUresult status = context.driver().api().mem_get_allocation_granularity(
      &granule, &wanted, CU_MEM_ALLOC_GRANULARITY_MINIMUM);
  if (status != CUDA_SUCCESS)
    return make_fault(context.driver(), status, "cuMemGetAllocationGranularity");
  GuardedBuffer buffer;
  buffer.context_ = &context;
  buffer.bytes_ = bytes;
  if (Result<bool, DriverFault> mapped = buffer.map(granule); !mapped) return mapped.error();
  return buffer;
}

// What succeeded before a failure is undone by the destructor.
Result<bool, DriverFault> GuardedBuffer::map(size_t granule) {
  const Driver& driver = context_->driver();
  const Driver::Api& api = driver.api();
  const size_t needed = round_up(bytes_, kAlignment);
  const size_t size = needed ? round_up(needed, granule) : granule;
  if (size < bytes_) return make_fault(driver, CUDA_ERROR_OUT_OF_MEMORY, "GuardedBuffer");

  CUresult status = api.mem_address_reserve(&reserved_, size + 2 * granule, 0, 0, 0);
  if (status != CUDA_SUCCESS) return make_fault(driver, status, "cuMemAddressReserve");
  reserved_bytes_ = size + 2 * granule;

  const CUmemAllocationProp wanted = properties(*context_);
  status = api.mem_create(&handle_, size, &wanted, 0);
  if (status != CUDA_SUCCESS) return make_fault(driver, status, "cuMemCreate");

  status = api.mem_map(reserved_ + granule, size, 0, handle_, 0);
  if (status != CUDA_SUCCESS) return make_fault(driver, status, "cuMemMap");
  mapped_ = reserved_ + granule;
  mapped_bytes_ = size;
  begin_ = mapped_ + size - needed;

  CUmemAccessDesc access{};
  access.location = wanted.location;
  access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  return checked(driver, api.mem_set_access(mapped_, size, &access, 1), "cuMemSetAccess");
}

void GuardedBuffer::release() noexcept {
  if (!context_) return;
  const Driver& driver = context_->driver();
  const Driver::Api& api = driver.api();
  if (mapped_) note(driver, api.mem_unmap(mapped_, mapped_bytes_), "cuMemUnmap");
  if (handle_) note(driver, api.mem_release(handle_), "cuMemRelease");
  if (reserved_) note(driver, api.mem_address_free(reserved_, reserved_bytes_), "cuMemAddressFree");
  context_ = nullptr;
}

GuardedBuffer::GuardedBuffer(GuardedBuffer&& other) noexcept { *this = std::move(other); }

GuardedBuffer& GuardedBuffer::operator=(GuardedBuffer&& other) noexcept {
  if (this == &other) return *this;
  release();
  context_ = std::exchange(other.context_, nullptr);
  begin_ = std::exchange(other.begin_, 0);
  mapped_ = std::exchange(other.mapped_, 0);
  reserved_ = std::exchange(other.reserved_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  mapped_bytes_ = std::exchange(other.mapped_bytes_, 0);
  reserved_bytes_ = std::exchange(other.reserved_bytes_, 0);
  handle_ = std::exchange(other.handle_, 0);
  return *this;
}

GuardedBuffer::~GuardedBuffer() { release(); }

}  // namespace cudal1::gpu
