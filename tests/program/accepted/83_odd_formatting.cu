/* A block comment with { braces, "quotes" and kernel<<<1, 1>>>(nothing). */
#include <torch/extension.h>
#define SIZE_OF(t) \
  ((t)             \
       .numel())
__global__
void
kern(const float *__restrict__ a,   // the first }
     float *__restrict__ b, int n)
{ int i=blockIdx.x*blockDim.x+threadIdx.x; if(i<n)b[i]=a[i]*(a[i]>0?1.f:.1f); /* } */ }

torch::Tensor forward ( torch :: Tensor a )
{
    const char* name = "kern<<<{"; char c = '}'; (void)c;
    TORCH_CHECK ( a . is_cuda ( ) , name , R"(: a raw string with "quotes" and })" ) ;
    auto b=torch::empty_like(a);int n=SIZE_OF(a);
    kern
      <<<
        ( n + 0x1F ) / 0x20 , 0x20u
      >>>
      ( a . data_ptr < float > ( ) , b.data_ptr<float>() , n ) ;
    ;
    { /* a scope of its own */ int n = 1'000; (void)n; }
    return b ;
}

torch::Tensor expected(torch::Tensor a) { return at::leaky_relu(a, 0.1); }
std::vector<torch::Tensor> inputs() { return {torch::randn({100}, torch::kCUDA)}; }
