import { channels, inkOn, isDark } from "../../hesswidget/frontend/base/theme";

function contrast(one: number[], other: number[]): number {
  const luminance = (rgb: number[]) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
const rgbOf = (hex: string) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

describe("theme", () => {
  it("writes legibly on every colour", () => {
    for (let r = 0; r < 256; r += 15) {
      for (let g = 0; g < 256; g += 15) {
        for (let b = 0; b < 256; b += 15) {
          expect(contrast(rgbOf(inkOn([r, g, b])), [r, g, b])).toBeGreaterThan(3.9);
        }
      }
    }
  });

  it("reads a colour however CSS writes it, and a translucent one as it looks", () => {
    expect(channels("#6b4fbb")).toEqual([107, 79, 187]);
    expect(channels("rgb(1, 2, 3)", "white")).toEqual([1, 2, 3]);
    expect(channels("rgba(0, 0, 0, 0.6)", "#ffffff").map(Math.round)).toEqual([102, 102, 102]);
  });

  it("takes the notebook's word before the reader's preference", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    expect(isDark()).toBe(true);
    document.body.dataset.jpThemeLight = "true";
    expect(isDark()).toBe(false);
    document.body.dataset.jpThemeLight = "false";
    expect(isDark()).toBe(true);
    delete document.body.dataset.jpThemeLight;
  });
});
