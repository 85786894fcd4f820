import { putLast } from '../aws/sdk/remembered.ts';
import { type Place, placeText } from '../bucket-id.ts';

/** The clients of one place take about 100 KB once they were used: 50 of the 512 MB of a function. */
const MOST_PLACES = 512;

/** What is made for one account and Region at its first use. Of many, those that were not asked for the longest are made anew. */
export function createPlaces<T>(make: (place: Place) => T, most = MOST_PLACES) {
  const made = new Map<string, T>();
  const at = ({ account, region }: Place): T => {
    const name = placeText({ account, region });
    const found = made.get(name) ?? make({ account, region });
    putLast(made, name, found, most);
    return found;
  };
  /** It is made anew for whoever asks next. */
  const forget = (place: Place): void => void made.delete(placeText(place));
  return { at, forget };
}
